// The two sources: the loop, and the tasks' functions one below the other.
function sourceLines(name, source) {
  return source.lines.map((line, i) => {
    const bare = line.trim(), at = bare.search(/(^|\s)\/\/(\s|$)/);
    const kind = /^[})\];,]+$/.test(bare) ? 'brace' : bare.startsWith('//') ? 'talk' : bare ? '' : 'blank';
    const e = make('div', kind, make('span', 'no', String(source.first + i)), at < 0 ? bare : bare.slice(0, at), at < 0 ? null : make('span', 'comment', bare.slice(at)));
    e.style.setProperty('--in', 2 + (line.length - line.trimStart().length) / 2);
    e.dataset.line = source.first + i;
    e.dataset.of = name;
    return e;
  });
}
let codeOf = null;
function showSources(rec) {
  if (codeOf === rec) return;
  codeOf = rec;
  const { run, ...tasks } = rec.sources;
  $('#loop').replaceChildren(...(run ? sourceLines('run', run) : []));
  set($('#runfile'), run?.file ?? '');
  $('main').classList.toggle('taskonly', !run); // where the tests have driven a student's task
  const ordered = Object.entries(tasks).sort((a, b) => a[1].file.localeCompare(b[1].file) || a[1].first - b[1].first);
  $('#echo').replaceChildren(...ordered.flatMap(([name, source], i) => [...(i ? [make('div', 'blank')] : []), ...sourceLines(name, source)]));
  $('#taskfile').replaceChildren(make('code', '', ordered[0]?.[1].file ?? ''));
}
const lineOf = (name, line) => $(`#echo [data-of="${CSS.escape(name)}"][data-line="${line}"]`);
let scrolledTo = null;
function showLines(rec, n, hidden) {
  const e = hidden ? null : rec.event(n), s = rec.after(n);
  // While a task runs, `run` stands in its line with `resume`.
  const resume = $$('#loop > div').find(line => line.textContent.includes('.resume()'));
  const inside = e && s.lit && e.what !== 'resume' && e.what !== 'arrive';
  const line = e && (e.line ? $(`#loop [data-line="${e.line}"]`) : inside ? resume : null);
  for (const mark of $$('#loop .now, #loop .in')) mark.classList.remove('now', 'in');
  if (line) line.classList.add(inside ? 'in' : 'now');
  const loop = $('#loop');
  if (line && (line.offsetTop < loop.scrollTop || line.offsetTop + line.offsetHeight > loop.scrollTop + loop.clientHeight)) loop.scrollTop = line.offsetTop - loop.clientHeight * .4;

  for (const mark of $$('#echo .now, #echo .in, #echo .parked')) { mark.classList.remove('now', 'in', 'parked'); mark.style.paddingRight = ''; mark.querySelector('.here')?.remove(); }
  const here = new Map();
  for (const id of new Set([...s.recv_wait.values(), ...s.send_wait.values()])) {
    const card = s.cards.get(id), at = card?.at && lineOf(card.name, card.at);
    if (at) here.set(at, [...(here.get(at) ?? []), card]);
  }
  for (const [at, parked] of here) {
    at.classList.add('parked');
    at.dataset.count = parked.length;
    const few = parked.length > 4 ? 3 : parked.length;
    at.style.paddingRight = `${few * 1.5 + (parked.length > 4 ? 2.6 : .4)}rem`;
    at.append(make('span', 'here', ...parked.slice(0, few).map(card => badge(card.client, card.name)), parked.length > few ? ` +${parked.length - few}` : null));
  }
  // What arrives concerns the task of that client; a new client, the one that accepts.
  const who = s.cards.get(e?.task) ?? (e?.what === 'arrive' ? [...s.cards.values()].find(card => e.kind === 'connects' ? card.name === 'tcp_server' : card.client === e.whose) : null), began = s.lit && lineOf(s.lit.name, s.lit.from);
  const now = e && ((who && e.at && e.what !== 'append' && e.what !== 'arrive' ? lineOf(who.name, e.at) : null) ?? (s.lit ? lineOf(s.lit.name, s.lit.at) : null));
  if (began) began.classList.add('in');
  if (now) { now.classList.remove('in'); now.classList.add('now'); }
  const to = now ?? began ?? (who?.at && lineOf(who.name, who.at)) ?? [...here].sort((a, b) => b[1].length - a[1].length)[0]?.[0] ?? null, pre = $('#echo');
  if (to) {
    const file = rec.sources[to.dataset.of]?.file ?? '';
    set($('#taskfile'), '');
    $('#taskfile').replaceChildren(make('code', '', file));
    const key = `${to.dataset.of}:${to.dataset.line}:${pre.clientHeight}:${pre.clientWidth}`;
    if (key !== scrolledTo) pre.scrollTop = to.offsetTop - Math.max(0, pre.clientHeight - to.offsetHeight) * .42; // else a reader may scroll, too
    scrolledTo = key;
  }
}
