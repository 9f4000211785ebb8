// The connection to the program: events, a sign of life each second, and the buttons.
const LATE = 2500; // without a sign of life for so long (ms), it is not connected
const live = { on: false, connected: false, heard: 0, mode: 'run', ms: 0, recording: null, stream: null, refused: '' };

function connect() {
  live.stream?.close();
  live.stream = new EventSource('/events');
  const on = (name, act) => live.stream.addEventListener(name, message => { live.heard = performance.now(); setConnected(true); act(JSON.parse(message.data)); });
  on('start', hearStart);
  on('step', hearSteps);
  on('heartbeat', hearMode);
}
function setConnected(connected) {
  if (live.connected === connected && document.body.dataset.connected === String(connected)) return;
  live.connected = connected;
  document.body.dataset.connected = connected;
  showNotice();
}
function hearMode({ mode, ms }) {
  if (!mode || (mode === live.mode && ms === live.ms)) return;
  Object.assign(live, { mode, ms: ms ?? 0 });
  if (mode === 'slow') chooseSpeed(1000 / ms);
  if (view.recording) showControls();
}
function hearStart(data) {
  hearMode(data);
  const anew = live.recording && data.identity !== live.recording.identity;
  const past = view.recording === live.recording && !anew ? !view.following : false;
  const recording = new Recording(data);
  if (live.recording && !anew) for (const n of live.recording.kept) recording.kept.add(n);
  live.recording = recording;
  if (anew) view.following = true;
  // Who looks at the past goes on looking at it; `back to now` brings the newest.
  if (!view.recording || view.following || anew) { view.recording = recording; view.n = recording.last; live.behind = null; speak(language); follow(true); if (anew) view.said = words.anew; } else if (past) live.behind = recording;
}
function hearSteps(events) {
  const to = live.behind ?? live.recording;
  if (!to || !events.length) return;
  if (events[0].n > to.last + 1) return connect(); // some are missing: from the start, then
  // What somebody looks at is not dropped: a second recording goes on, until `back to now`.
  if (!view.following && !live.behind && to.events.length + events.length > KEPT_EVENTS * 1.1) live.recording = live.behind = to.fork();
  (live.behind ?? to).add(events);
  if (live.behind) return;
  follow(false);
}
// One after the other: two connections may overtake each other, and the last press must win.
let pressed = Promise.resolve();
function press(button) {
  pressed = pressed.then(async () => {
    try {
      const answer = await fetch(`/${button}`, { method: 'POST' });
      live.refused = answer.ok ? '' : await answer.text();
      showNotice();
    } catch { /* the missing sign of life tells it */ }
  });
  return pressed;
}
function startLive() {
  live.on = true;
  document.body.dataset.live = 'true';
  document.body.dataset.connected = 'false';
  connect();
  setInterval(() => {
    if (document.hidden) return;
    const silent = performance.now() - live.heard;
    if (live.heard && silent > LATE) setConnected(false);
    // Refused, or a connection on which nothing comes any more: another one is tried.
    if (live.stream.readyState === EventSource.CLOSED || (!live.connected && silent > 3 * LATE)) { live.heard = performance.now() - LATE - 1; connect(); }
  }, 200);
  // A browser makes only six connections to one program: pages that nobody sees leave them to others.
  document.addEventListener('visibilitychange', () => { if (document.hidden) live.stream.close(); else { live.heard = performance.now(); connect(); } });
}
