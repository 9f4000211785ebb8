// What is looked at, and all that changes it: buttons, keys, the slider.
const view = {
  recording: null, n: 0, following: true, stepping: false, holding: false, playing: 0, said: '',
  predicting: false, asked: null, pending: null, feedback: null, note: '', hit: 0, tried: 0, rightly: {},
};
const SPEEDS = { recording: ['0.5', '1', '2', '4', '8'], live: ['1', '2', '4', '8', '50', 'full'] };
const atNow = () => live.on && view.following; // the buttons are the scheduler's then, else those of the recording
let speed = '1', busy = 0;

// ---- Showing.
function showSentence() {
  const { recording: rec, n, asked, feedback: f } = view, e = rec.event(n), passing = atNow() && live.mode === 'run' && performance.now() - busy < 250;
  const [verdict, said] = sentence(rec, n);
  $('#say').classList.toggle('asking', !!asked);
  $('#say').classList.toggle('wrong', !asked && n === rec.parting);
  document.body.classList.toggle('predicting', view.predicting);
  set($('#step b'), asked ? n + 1 : n);
  set($('#step span'), asked ? '?' : e?.what ?? '–');
  $('#verdict').className = f ? (f.right ? 'good' : f.right === false ? 'bad' : '') : verdict ? 'bad' : '';
  const judged = f && (f.right === null ? words.unknowable : f.right === undefined ? words.open : `${f.right ? `✓ ${words.right}` : `✗ ${words.wrong(f.label)}`} ${f.rule}`);
  $('#verdict').replaceChildren(...rich(asked ? '' : judged ?? (verdict ? `✗ ${verdict}` : view.note)));
  if (!passing || asked) $('#sentence').replaceChildren(...rich(asked ? asked.ask : said));
  const keys = (asked?.options ?? []).map(option => `${option.key}${option.label}`).join('|');
  if ($('#options').dataset.keys !== keys) {
    $('#options').dataset.keys = keys;
    $('#options').replaceChildren(...(asked?.options ?? []).map(option => {
      const b = make('button', '', make('span', 'key', String(option.key)), option.label);
      b.dataset.answer = option.key;
      return b;
    }));
  }
  set($('#score'), view.predicting || view.tried ? words.score(view.hit, view.tried) : '');
}
function showNotice() {
  const lost = live.on && !live.connected, { refused } = live;
  const past = live.on && !view.following ? `${words.past}: ${{ run: words.pastRuns, slow: words.pastSlow, pause: words.pastPauses }[live.mode]}` : '';
  const asleep = atNow() && view.stepping && view.recording?.after(view.n).asking ? words.slept : '';
  $('#notice').className = lost || refused ? 'bad' : past ? 'past' : '';
  $('#notice').replaceChildren(...rich(lost ? words.lost : refused || past || view.said || asleep));
}
function showControls() {
  const { recording: rec, n } = view, running = atNow() ? live.mode !== 'pause' : !!view.playing;
  set($('#play span'), atNow() ? (running ? words.pause : words.run) : running ? words.pause : words.play);
  $('#play').setAttribute('aria-pressed', running);
  $('#predict').setAttribute('aria-pressed', view.predicting);
  $('#mistake').hidden = !rec.parting || live.on;
  $('#back').disabled = $('#first').disabled = n <= rec.base && !view.asked;
  $('#next').disabled = !live.on && n >= rec.last;
  $('#now').hidden = !live.on || view.following;
  Object.assign(document.body.dataset, { mode: live.on ? live.mode : 'recording', step: n, last: rec.last, following: view.following });
}
let hashTimer = 0;
function showHash() { // a link to this very step; not for each of many
  clearTimeout(hashTimer);
  hashTimer = setTimeout(() => {
    const hash = `#${live.on ? '' : `step=${view.n}&`}lang=${language}${view.predicting ? '&predict' : ''}`;
    try { history.replaceState(null, '', hash); } catch { /* then without */ }
  }, 200);
}
function show(moves = 0) {
  const { recording: rec, n, asked } = view;
  if (!rec) return;
  showSources(rec);
  showSentence();
  showNotice();
  showCards(rec, n, asked, moves);
  showWorld(rec, n, asked);
  showChoices(asked);
  showLines(rec, n, asked);
  showArrows(rec, n, asked);
  showSlider(rec, n, view.predicting && !live.on);
  if ($('#lines').hidden) showList(rec, n, view.predicting); else showTimeLines(rec, n);
  showControls();
  showHash();
}
// Text grows with the window, so that a projector shows the same picture, only larger; and with the browser's zoom.
const ZOOMS = [1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3];
const zoomAtStart = ZOOMS.find(z => Math.abs(outerWidth / innerWidth / z - 1) < .035) ?? 1, unzoomed = devicePixelRatio / zoomAtStart;
function fit() {
  const zoom = devicePixelRatio / unzoomed, size = Math.min(.98 * innerWidth, 1.72 * innerHeight) / 100 * zoom;
  document.documentElement.style.fontSize = `${Math.max(14, Math.min(36, size)).toFixed(2)}px`;
}

// ---- Moving.
const flight = () => Math.min(380, 700 / (Number(speed) || 50));
function go(n, moves = flight()) {
  const rec = view.recording, to = Math.max(rec.base, Math.min(rec.last, n));
  if (n < rec.base && rec.base > 0) view.said = words.gone; else view.said = '';
  const one = to === view.n + 1;
  Object.assign(view, { n: to, asked: null, feedback: null, note: '' });
  if (view.pending && one) judge(rec.event(to)); else view.pending = null;
  show(moves);
}
const move = n => {
  if (live.on && !view.recording.events.length) { view.said = words.tooFast; return showNotice(); }
  if (live.on) view.following = false;
  go(n);
}; // into the recorded past
function stop() { clearTimeout(view.playing); view.playing = 0; }
function step() {
  const rec = view.recording;
  if (view.n < rec.last) return go(view.n + 1);
  if (!live.on) { stop(); return show(); }
  if (!view.following) return backToNow();
  // Only here does a key touch the scheduler.
  Object.assign(view, { asked: null, feedback: null, note: '', stepping: true, holding: true });
  if (live.mode !== 'pause') { setMode('pause'); press('pause'); }
  press('step');
  show();
}
function forward() {
  if (view.predicting && !view.asked && !view.pending) {
    const asked = view.recording.parting ? null : question(view.recording, view.n);
    if (asked && (view.rightly[asked.kind] ?? 0) < ENOUGH) { Object.assign(view, { asked, feedback: null, note: '' }); stop(); return show(); }
  }
  step(); // a question that is passed over counts nothing
  const e = view.recording.event(view.n);
  if (view.predicting && e?.what === 'arrive' && !view.feedback) { view.note = words.unknowable; showSentence(); }
}
function backward() {
  if (view.asked) return go(view.n);
  move(view.n - 1);
}
function backToNow() {
  stop();
  if (live.behind) { view.recording = live.behind; live.recording = live.behind; live.behind = null; cardElements.clear(); $$('.cards').forEach(ul => ul.replaceChildren()); }
  Object.assign(view, { following: true, holding: false, stepping: false });
  go(view.recording.last, 0);
}
// New events have come.
let frame = 0;
function follow(anew) {
  const rec = view.recording, gap = rec.last - view.n;
  busy = performance.now();
  clearTimeout(follow.quiet);
  if (!view.following) { showSlider(rec, view.n, false); return; }
  if (anew) { Object.assign(view, { asked: null, pending: null, feedback: null, holding: false, stepping: false, n: rec.last }); }
  else if (live.mode === 'pause') {
    // One at a time, although several events come of one step of the scheduler.
    if (view.asked) { if (view.recording.event(view.n + 1)?.what === 'arrive' && !view.stepping) { view.asked = null; return go(view.n + 1); } return; }
    if (view.stepping && gap > 0) { view.stepping = false; go(view.n + 1); return follow.arrivals(); }
    if (view.holding) return follow.arrivals();
    view.n = rec.last;
  } else if (live.mode === 'slow' && live.ms >= 100 && gap < 40) {
    if (!view.pace) follow.tick();
    return;
  } else view.n = rec.last;
  if (!frame) {
    frame = document.hidden ? setTimeout(drawn) : requestAnimationFrame(drawn);
    follow.quiet = setTimeout(() => view.following && show(), 300);
  }
}
function drawn() { frame = 0; show(); follow.quiet = setTimeout(() => view.following && showSentence(), 300); }
// What arrives is shown at once, although the scheduler stands.
follow.arrivals = () => { while (view.recording.event(view.n + 1)?.what === 'arrive' && !view.asked) go(view.n + 1); };
follow.tick = () => {
  view.pace = 0;
  const left = view.recording.last - view.n;
  if (!view.following || left <= 0) return;
  go(view.n + 1);
  view.pace = setTimeout(follow.tick, live.ms / (left + 1));
};
function setMode(mode) { live.mode = mode; showControls(); }
function play() {
  if (atNow()) {
    if (live.mode !== 'pause') { setMode('pause'); press('pause'); } else startRunning();
    return;
  }
  if (view.playing) { stop(); return show(); }
  if (!live.on && view.n >= view.recording.last) go(view.recording.base);
  const tick = () => { view.playing = setTimeout(tick, 1000 / (Number(speed) || 50)); forward(); };
  view.playing = setTimeout(tick, 10);
  show();
}
function startRunning() { // at the speed that was chosen before the pause
  Object.assign(view, { holding: false, stepping: false, asked: null, pending: null, predicting: false });
  if (speed === 'full') { setMode('run'); press('run'); } else { live.ms = Math.round(1000 / Number(speed)); setMode('slow'); press(`slow?ms=${live.ms}`); }
  go(view.recording.last, 0);
}
function chooseSpeed(wanted) {
  const all = SPEEDS[live.on ? 'live' : 'recording'];
  speed = all.includes(String(wanted)) ? String(wanted) : all.filter(one => one !== 'full').reduce((a, b) => Math.abs(b - wanted) < Math.abs(a - wanted) ? b : a);
  $('#speed').value = speed;
}
function faster(by) {
  const all = SPEEDS[live.on ? 'live' : 'recording'], to = all[Math.max(0, Math.min(all.length - 1, all.indexOf(speed) + by))];
  if (to !== speed) { chooseSpeed(to); if (atNow() && live.mode !== 'pause') startRunning(); }
}

// ---- Questions.
function predict() {
  view.predicting = !view.predicting;
  Object.assign(view, { asked: null, pending: null, feedback: null, note: '' });
  if (!view.predicting) return show();
  Object.assign(view, { hit: 0, tried: 0, rightly: {} });
  stop();
  if (atNow() && live.mode !== 'pause') { setMode('pause'); press('pause'); }
  view.holding = true;
  forwardIfAsked();
}
function forwardIfAsked() { // the mode begins with a question, if there is one here; else with a look at this step
  const asked = view.recording.parting ? null : question(view.recording, view.n);
  if (asked) view.asked = asked;
  show();
}
function answer(key) {
  const option = view.asked?.options.find(one => one.key === key);
  if (!option) return;
  const pending = { ...view.asked, answer: option.answer, label: option.label };
  const before = view.n;
  view.asked = null;
  step();
  view.pending = pending;
  view.feedback = { right: undefined };
  if (view.n > before) judge(view.recording.event(view.n)); // else when the scheduler has taken its step
  show();
}
function judge(e) {
  const q = view.pending, told = q.told(e);
  if (told === undefined) { view.feedback = { right: undefined }; return; }
  view.pending = null;
  // Where the class has predicted what had to come, and something else came, nobody could know.
  if (told === null || (told !== q.answer && q.answer === q.right)) { view.feedback = { right: null }; return; }
  const right = told === q.answer;
  view.tried += 1;
  if (right) { view.hit += 1; view.rightly[q.kind] = (view.rightly[q.kind] ?? 0) + 1; }
  view.feedback = { right, label: q.label, rule: q.rule };
}

// ---- Languages, stars.
function speak(which, keep = false) {
  language = which in WORDS ? which : 'en';
  words = WORDS[language];
  document.documentElement.lang = language;
  for (const e of $$('[data-text]')) set(e, words[e.dataset.text]);
  for (const e of $$('[data-label]')) e.setAttribute('aria-label', words[e.dataset.label]);
  for (const e of $$('[data-title]')) { e.title = words[e.dataset.title]; if (!e.querySelector('[data-text]')) e.setAttribute('aria-label', words[e.dataset.title]); }
  const all = SPEEDS[live.on ? 'live' : 'recording'];
  $('#speed').replaceChildren(...all.map(one => new Option(one === 'full' ? words.full : words.perSecond(Number(one).toLocaleString(language)), one, false, one === speed)));
  const title = view.recording?.title[language];
  document.title = title ? `${title} – ${words.title}` : words.title;
  set($('#title'), title ?? words.title);
  if (view.asked) view.asked = question(view.recording, view.n);
  if (view.feedback && !view.pending) view.feedback = null;
  Object.assign(view, { note: '', said: '' });
  listOf = null;
  if (keep) try { localStorage.setItem('language', language); } catch { /* then for this time only */ }
  show();
}
function star(n) { // on the handout or not
  const { kept } = view.recording;
  if (!view.recording.event(n)) return;
  if (!kept.delete(n)) kept.add(n);
  showList(view.recording, view.n, view.predicting);
}
function pane(lines) {
  $('#lines').hidden = !lines;
  $('#listbox').hidden = lines;
  $('#showsteps').setAttribute('aria-pressed', !lines);
  $('#showlines').setAttribute('aria-pressed', lines);
  show();
}
const drawer = open => { $('#steps').setAttribute('aria-pressed', document.body.classList.toggle('drawer', open)); show(); };
const toMistake = () => { const { parting, last } = view.recording; if (parting && !live.on) { stop(); move(view.n < parting || view.n >= last ? parting : last); } };

// ---- Keys and buttons.
const KEYS = {
  ArrowRight: forward, ArrowLeft: backward, Home: () => move(view.recording.base), End: () => live.on ? backToNow() : go(view.recording.last), ' ': play,
  v: predict, l: () => speak(language === 'de' ? 'en' : 'de', true), p: () => print(), h: () => star(view.n), m: toMistake,
  s: () => { if ($('#lines').hidden) drawer(); else pane(false); }, z: () => { const lines = $('#lines').hidden; drawer(lines || undefined); pane(lines); if (!lines) drawer(false); },
  Escape: () => drawer(false), '+': () => faster(1), '-': () => faster(-1),
};
const CLIENT_KEYS = { t: 'talker', n: 'silent', r: 'reset' };
for (const n of [1, 2, 3, 4]) KEYS[n] = () => answer(n);
addEventListener('keydown', event => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches?.('select') || !view.recording) return;
  if (event.target.matches?.('button, a') && (event.key === ' ' || event.key === 'Enter')) return; // reached with Tab: its own
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const act = KEYS[key] ?? (live.on && CLIENT_KEYS[key] ? () => press(CLIENT_KEYS[key]) : null);
  if (!act) return;
  event.preventDefault();
  if (event.repeat && !key.startsWith('Arrow') && key !== '+' && key !== '-') return;
  if (key.startsWith('Arrow')) stop();
  act();
});
for (const [id, act] of Object.entries({
  next: () => { stop(); forward(); }, back: () => { stop(); backward(); }, first: () => { stop(); KEYS.Home(); }, play, predict, language: KEYS.l, handing: KEYS.p, mistake: toMistake, now: backToNow,
  steps: () => drawer(), showsteps: () => pane(false), showlines: () => pane(true),
  talker: () => press('talker'), silent: () => press('silent'), reset: () => press('reset'), leave: () => press('leave'),
})) $(`#${id}`).addEventListener('click', act);
addEventListener('click', event => {
  const on = event.target.closest('[data-answer], [data-go], [data-keep]');
  if (on?.dataset.answer) answer(Number(on.dataset.answer));
  else if (on?.dataset.go) { stop(); move(Number(on.dataset.go)); }
  else if (on?.dataset.keep) star(Number(on.dataset.keep));
  // After a click with the mouse, the space bar is not the button's.
  if (event.detail > 0) event.target.closest('button')?.blur();
});
$('#slider').addEventListener('input', () => { stop(); move(Number($('#slider').value)); });
$('#speed').addEventListener('change', () => { speed = $('#speed').value; $('#speed').blur(); if (atNow() && live.mode !== 'pause') startRunning(); });
$('#listbox').addEventListener('scroll', () => showList(view.recording, view.n, view.predicting));
addEventListener('beforeprint', () => showHandout(view.recording));
addEventListener('resize', () => { fit(); scrolledTo = listOf = null; show(); });
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => show());

// ---- Begin.
const wished = new URLSearchParams(location.hash.slice(1));
let remembered = null;
try { remembered = localStorage.getItem('language'); } catch { /* none */ }
const inside = $('script#recording');
const data = inside ? JSON.parse(inside.textContent) : null;
fit();
if (data) {
  view.recording = new Recording(data);
  view.n = view.recording.base;
} else {
  speed = 'full';
  $('#clients').hidden = $('#save').hidden = false;
}
live.on = !data;
speak(wished.get('lang') ?? remembered ?? data?.lang ?? navigator.language.slice(0, 2));
if (data) {
  const { parting } = view.recording;
  if (parting) view.recording.kept.add(parting);
  const at = Number(wished.get('step') ?? parting ?? view.recording.base);
  go(Number.isFinite(at) ? at : view.recording.base, 0);
  if (wished.has('predict')) predict();
} else startLive();
