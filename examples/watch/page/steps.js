// All steps: a list that can be clicked, the slider with its colours, the time lines, the counters.
// Of the list, only what can be seen is in the document: a recording has 20,000 steps.
let listOf = null;
function rowHeight() { return Math.round(1.55 * parseFloat(getComputedStyle($('#list')).fontSize)); }
function showList(rec, n, asking) {
  const box = $('#listbox'), list = $('#list');
  if (box.clientHeight === 0) return;
  const h = rowHeight(), last = asking ? n : rec.last, count = last - rec.base;
  list.style.height = `${count * h}px`;
  const y = (n - rec.base - 1) * h, key = `${rec.identity}:${n}:${rec.base}:${h}:${box.clientHeight}`;
  // Scrolled only when the step is another one, so that a reader may scroll, too.
  if (key !== listOf) { listOf = key; box.scrollTop = Math.max(0, y - box.clientHeight * .4); }
  const from = Math.max(0, Math.floor(box.scrollTop / h) - 5), to = Math.min(count, Math.ceil((box.scrollTop + box.clientHeight) / h) + 5);
  const focused = document.activeElement?.closest?.('#list')?.contains(document.activeElement) ? document.activeElement.dataset : null;
  list.replaceChildren(...rec.events.slice(from, to).map((e, i) => {
    const mistake = e.n === rec.parting, go = make('button', `go${e.what === 'arrive' ? ' chapter' : ''}`, make('span', 'n', String(e.n)), mistake ? '✗ ' : '', stepName(rec, e));
    const star = make('button', 'keep'), li = make('li', mistake ? 'parts' : '', go, star);
    go.dataset.go = star.dataset.keep = e.n;
    go.tabIndex = star.tabIndex = e.n === n || (n === rec.base && e.n === n + 1) ? 0 : -1; // one stop for Tab, not thousands
    if (e.n === n) go.setAttribute('aria-current', 'step');
    go.title = `t = ${e.t} ms`;
    star.setAttribute('aria-label', `★ ${e.n}`);
    star.setAttribute('aria-pressed', rec.kept.has(e.n));
    li.style.top = `${(from + i) * h}px`;
    li.style.height = `${h}px`;
    li.style.setProperty('--tone', `var(--${TONES[e.what]}-bar)`);
    return li;
  }));
  if (focused?.go || focused?.keep) (list.querySelector(focused.go ? `[data-go="${n}"]` : `[data-keep="${focused.keep}"]`) ?? box).focus({ preventScroll: true });
}
function showSlider(rec, n, asking) {
  const slider = $('#slider');
  slider.min = rec.base;
  slider.max = rec.last;
  slider.value = n;
  slider.setAttribute('aria-valuetext', `${words.position} ${n} / ${rec.last}`);
  set($('#position'), `${n.toLocaleString(language)} / ${rec.last.toLocaleString(language)}`);
  const canvas = $('#ticks'), w = canvas.width = Math.max(1, canvas.clientWidth * devicePixelRatio | 0), h = canvas.height = Math.max(1, canvas.clientHeight * devicePixelRatio | 0);
  const pen = canvas.getContext('2d'), style = getComputedStyle(document.documentElement), count = rec.events.length;
  const colour = Object.fromEntries([...new Set(Object.values(TONES)), 'bad'].map(tone => [tone, style.getPropertyValue(tone === 'bad' ? '--bad' : `--${tone}-bar`)]));
  if (!count) return;
  const wide = w / count, every = Math.max(1, Math.floor(count / w));
  for (let i = 0; i < count; i += every) {
    const e = rec.events[i];
    pen.globalAlpha = e.n <= n ? 1 : .4;
    pen.fillStyle = asking && e.n > n ? style.getPropertyValue('--edge') : colour[TONES[e.what]]; // must not tell what comes next
    pen.fillRect(i * wide, 0, Math.max(1, wide * every), h);
  }
  const parting = rec.parting;
  if (parting) { pen.globalAlpha = 1; pen.fillStyle = colour.bad; pen.fillRect((parting - rec.base - 1) * wide, 0, Math.max(4, wide), h); }
}

// The time lines: where each task was in the last 200 steps. Nine rows: the two oldest, and those that moved last.
const LINE_STEPS = 200, LINE_ROWS = 9;
const HEIGHTS = { running: [0, 1], tasks: [.25, .75], recv_wait: [.7, .3], send_wait: [.45, .3] }; // tells them apart without colours, too
const STATE_TONES = { running: 'run', tasks: 'ready', recv_wait: 'wait', send_wait: 'wait' };
function areaOf(s) {
  const where = new Map();
  for (const list of ['send_wait', 'recv_wait', 'tasks']) for (const id of idsOf(s, list)) where.set(id, list);
  if (s.running !== null) where.set(s.running, 'running');
  return where;
}
function showTimeLines(rec, n) {
  const { count } = rec.after(n);
  $('#counters').replaceChildren(...Object.entries(words.counted).flatMap(([key, name]) => { const dd = make('dd', '', count[key].toLocaleString(language)); dd.dataset.counter = key; return [make('dt', '', name), dd]; }));
  const first = Math.max(rec.base, n - LINE_STEPS), s = copyPicture(rec.after(first)), lines = new Map(), moved = new Map();
  for (const [id, card] of rec.after(n).cards) lines.set(id, { card, moves: [] });
  const note = at => {
    for (const [id, area] of areaOf(s)) {
      const line = lines.get(id);
      if (line && line.moves.at(-1)?.[1] !== area) { line.moves.push([at, area]); moved.set(id, at); }
    }
  };
  note(first);
  for (let at = first + 1; at <= n; at += 1) { apply(s, rec.event(at)); note(at); }
  const ids = [...lines.keys()], old = ids.slice(0, 2), others = ids.slice(2).sort((a, b) => (moved.get(b) ?? 0) - (moved.get(a) ?? 0)).slice(0, LINE_ROWS - old.length);
  const style = getComputedStyle(document.documentElement), names = words.states;
  $('#rows').replaceChildren(...[...old, ...others].sort((a, b) => a - b).map(id => {
    const { card, moves } = lines.get(id), canvas = make('canvas'), row = make('div', 'row', make('span', '', badge(card.client, card.name)), canvas);
    row.dataset.timeline = id;
    row.dataset.from = first;
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', `${nameOf(card)}: ${names[moves.at(-1)?.[1]] ?? ''}`);
    canvas.width = 600;
    canvas.height = 24;
    const pen = canvas.getContext('2d'), x = at => 600 * (at - first) / Math.max(1, n - first + 1);
    moves.forEach(([at, area], i) => {
      const [top, high] = HEIGHTS[area];
      pen.fillStyle = style.getPropertyValue(`--${STATE_TONES[area]}-bar`);
      pen.fillRect(x(at), top * 24, Math.max(1.5, (i + 1 < moves.length ? x(moves[i + 1][0]) : 600) - x(at)), high * 24);
    });
    return row;
  }));
}
