// The picture, laid out as the book's drawing of one round: cards, kernel, terminal, arrows.
const MOST_CARDS = 60; // in one place; the others are counted
const cardElements = new Map(); // each card keeps its element, so that it can be seen to move
const TONES = { append: 'ready', popleft: 'run', resume: 'run', accept: 'run', recv: 'run', send: 'run', print: 'run', yield: 'wait', select: 'world', selected: 'ready', complete: 'world', arrive: 'world' };

function fillCard(rec, s, card, element, { e, where, ghost, named }) {
  const got = card.got === null ? null : shown(card.got), todo = got === null || got === '' ? null : `GOT:${got}`;
  const bytes = card.sent ? [`✓ "${shown(card.sent)}"`]
    : got === null ? [] : got === '' ? ['""']
    : card.name !== 'echo_handler' || (e?.what === 'recv' && e.task === card.id) ? [`"${got}"`]
    : [make('span', 'came', `"${got}" → `), `"${todo}"`];
  const label = card.label ?? s.clients.get(card.client)?.label, port = card.port ?? s.clients.get(card.client)?.port;
  element.className = `card${ghost ? ' ghost' : ''}${!ghost && e && (named || e.task === card.id) ? ' now' : ''}`;
  element.replaceChildren(...[
    badge(card.client, card.name), make('b', 'mono', card.name),
    make('small', '', card.fd === null ? '' : make('span', 'fd', `fd ${card.fd}`), label ? make('span', 'label', label) : '', port ? make('span', 'more', `:${port}`) : ''),
    make('span', 'bytes mono', ...bytes)].filter(part => part !== ''));
  element.title = `${card.name}${card.client ? ` ${letter(card.client)}` : ''}${label ? ` “${label}”` : ''}${card.fd === null ? '' : ` fd ${card.fd}`}${port ? ` :${port}` : ''}`;
  Object.assign(element.dataset, { task: card.id, area: where, client: card.client ?? '', fd: card.fd ?? '', port: port ?? '' });
}
function showCards(rec, n, hidden, moves) {
  const s = rec.after(n), e = hidden ? null : rec.event(n), seen = new Set(), wanted = [];
  const before = new Map(moves ? [...cardElements].map(([key, c]) => [key, [c.parentElement, c.getBoundingClientRect()]]) : []);
  const byFd = area => [...area].sort((a, b) => a[0] - b[0]).map(([, id]) => id); // an area is a table by descriptor; the deque has an order
  for (const [where, ids] of [['running', s.running === null ? [] : [s.running]], ['tasks', s.tasks], ['send_wait', byFd(s.send_wait)], ['recv_wait', byFd(s.recv_wait)]]) {
    const named = e?.what === 'selected' && (where === 'recv_wait' || where === 'send_wait')
      ? new Set(e[where === 'recv_wait' ? 'can_recv' : 'can_send'].map(fd => s[where].get(fd))) : new Set();
    const list = ids.slice(0, MOST_CARDS).map(id => {
      // A second place of the same task can only be a mistake.
      const ghost = seen.has(id), key = `${id}${ghost ? where : ''}`;
      seen.add(id);
      if (!cardElements.has(key)) cardElements.set(key, make('li', 'card'));
      fillCard(rec, s, s.cards.get(id) ?? newCard(id, { name: '?' }), cardElements.get(key), { e, where, ghost, named: named.has(id) });
      return key;
    });
    if (ids.length > MOST_CARDS) {
      const key = `more ${where}`;
      if (!cardElements.has(key)) cardElements.set(key, make('li', 'card rest'));
      const c = cardElements.get(key);
      set(c, words.more((ids.length - MOST_CARDS).toLocaleString(language)));
      c.dataset.count = ids.length - MOST_CARDS;
      list.push(key);
    }
    wanted.push([where, list]);
    const count = $(`#${where} .count`);
    if (count) set(count, ids.length ? ids.length.toLocaleString(language) : '');
  }
  const present = new Set(wanted.flatMap(([, list]) => list));
  for (const [key, c] of cardElements) if (!present.has(key)) { c.remove(); cardElements.delete(key); }
  for (const [where, list] of wanted) {
    const ul = $(`#${where} .cards`);
    ul.dataset.empty = words.nobody;
    list.forEach((key, i) => { const c = cardElements.get(key); if (ul.children[i] !== c) ul.insertBefore(c, ul.children[i] ?? null); });
  }
  const most = Math.max(s.tasks.length, s.recv_wait.size, s.send_wait.size), picture = $('#picture').classList;
  picture.toggle('mid', most > 3 && most <= 6);
  picture.toggle('small', most > 6);
  picture.toggle('tiny', most > 16);
  // The room goes where the cards are.
  const part = Math.max(.75, Math.min(1.4, 2.15 * s.recv_wait.size / Math.max(1, s.recv_wait.size + s.send_wait.size)));
  $('#picture').style.gridTemplateRows = most > 3 && !matchMedia('(max-width: 60rem)').matches ? `minmax(0, ${s.tasks.length > 3 ? 1.1 : .85}fr) minmax(0, ${part}fr) minmax(0, ${2.15 - part}fr) minmax(0, .85fr)` : '';
  picture.toggle('wide', s.tasks.length <= 3);
  if (!moves || still.matches) return;
  for (const [key, c] of cardElements) {
    const [parent, from] = before.get(key) ?? [];
    if (!parent || parent === c.parentElement || c.classList.contains('rest')) continue;
    const to = c.getBoundingClientRect(), fly = c.cloneNode(true); // a copy flies, since a place clips what leaves it
    for (const [name, px] of [['left', to.left], ['top', to.top], ['width', to.width], ['height', to.height]]) fly.style[name] = `${px}px`;
    fly.classList.add('fly');
    fly.setAttribute('aria-hidden', 'true');
    delete fly.dataset.task;
    $('#picture').append(fly);
    c.classList.add('moving');
    const way = [{ transform: `translate(${from.left - to.left}px, ${from.top - to.top}px)` }, { transform: 'none' }];
    fly.animate(way, { duration: moves, easing: 'ease-in-out' }).finished.catch(() => {}).finally(() => { fly.remove(); c.classList.remove('moving'); });
  }
}
function showWorld(rec, n, hidden) { // select, kernel, terminal
  const s = rec.after(n), e = hidden ? null : rec.event(n), w = words;
  const chip = (text, className = '') => make('span', `chip mono${className}`, text), state = text => make('p', 'state', text);
  const row = (name, fds) => make('p', 'mono', `${name} ${fds.length > 6 ? `${fds.slice(0, 5).join(', ')} … (${fds.length})` : fds.join(', ') || '–'}`);
  // It sleeps while nobody who is asked has anything, or room; a `select` that has returned says so itself.
  const sleeps = s.asking && !s.send_wait.size && ![...s.recv_wait.values()].some(id => s.cards.has(id) && hasSomething(s, s.cards.get(id)));
  $('#selecting').replaceChildren(...(
    s.asking ? [state(w.asks), row('recv', s.asking.recv), row('send', s.asking.send), make('p', 'sleeps', sleeps ? w.asleep : '')]
      : s.selected ? [state(w.returned), row('can_recv', s.selected.can_recv), row('can_send', s.selected.can_send), ...(s.selected.cannot ?? []).map(([fd, why]) => make('p', 'cannot', `cannot ${fd}: ${why}`))]
      : [state(w.idle)]));

  const rows = [], line = (mark, fd, ...inside) => make('li', '', mark, make('span', 'fd mono', fd === null ? '' : `fd ${fd}`), ...inside);
  const server = [...s.cards.values()].find(card => card.name === 'tcp_server');
  const knocking = s.backlog.map(number => make('span', `chip${e?.what === 'arrive' && e.whose === number ? ' now' : ''}`, badge(number), s.clients.get(number)?.port ? `:${s.clients.get(number).port}` : ''));
  if (server && server.fd !== null) rows.push(line(badge(null, server.name), server.fd, ...(knocking.length ? knocking.slice(0, 12) : [chip(w.noOne, ' none')]), knocking.length > 12 ? words.more(knocking.length - 12) : null));
  const living = [...s.clients.values()].filter(c => c.fd !== null || !s.backlog.includes(c.number)), many = living.length > 2;
  let silent = 0;
  for (const c of living) {
    const now = e && (e.client ?? e.whose) === c.number && ['arrive', 'recv', 'send'].includes(e.what) ? ' now' : '';
    const chips = [(c.input || c.more > 0) && chip(`"${c.input}"${c.more ? w.moreBytes(c.more) : ''}`, now), c.closes && chip(w.closed, now), c.resets && chip(w.resetIt, ` bad${now}`), c.full && chip(w.room, ' bad')].filter(Boolean);
    if (many && !chips.length && !now) { silent += 1; continue; } // of many, only those of whom something lies here
    if (rows.length > 30) continue;
    const heard = c.heard && (!many || now) ? make('span', 'out mono', `→ ${letter(c.number)} `, make('span', now && e.what === 'send' ? 'chip now' : '', `"${shown(c.heard)}"`)) : null;
    rows.push(line(badge(c.number), c.fd, ...(chips.length ? chips : [chip(w.buffer, ' none')]), heard));
  }
  if (silent) rows.push(make('li', 'silent', chip(w.silentOnes(silent), ' none')));
  $('#kernel ul').replaceChildren(...rows);
  $('#kernel ul').classList.toggle('many', many);
  $('#kernel ul .now')?.scrollIntoView({ block: 'nearest' });
  $('#term ol').replaceChildren(...s.printed.map((printed, i) => make('li', `${printed.error ? 'err ' : ''}${e && s.fresh && i === s.printed.length - 1 ? 'new' : ''}`, printed.text)));
  $('#term ol').scrollTop = 1e6;
  $('#term .ended').replaceChildren(...s.ended.slice(-6).map(end => { const b = badge(end.client, end.name); if (!end.ok) b.classList.add('failed'); return b; }));
  const where = e && ({ select: 'select', selected: 'select', arrive: 'kernel', complete: 'term', print: 'term' })[e.what];
  for (const place of $$('.place')) place.classList.toggle('now', place.id === where);
}
function showChoices(asked) { // what can be clicked as an answer
  for (const c of $$('.choice')) { c.classList.remove('choice'); delete c.dataset.answer; delete c.dataset.key; }
  for (const option of asked?.options ?? []) {
    const on = option.place ? $(`#${option.place}`) : option.task !== undefined ? cardElements.get(String(option.task)) : null;
    if (on) { on.classList.add('choice'); on.dataset.answer = on.dataset.key = option.key; }
  }
}
// The arrows of the drawing, with its numbers; that of the step is thick.
function showArrows(rec, n, hidden) {
  const box = $('#picture').getBoundingClientRect(), e = hidden ? null : rec.event(n);
  const at = id => { const r = $(`#${id}`).getBoundingClientRect(), l = r.left - box.left, t = r.top - box.top; return { l, t, r: l + r.width, b: t + r.height, x: l + r.width / 2, y: t + r.height / 2 }; };
  const [run, deque, recv, send, sel, term] = ['running', 'tasks', 'recv_wait', 'send_wait', 'select', 'term'].map(at), lane = recv.l - run.l, x = part => run.l + lane * part;
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize), disc = size * .68;
  const up1 = sel.r - disc * 1.3, up2 = sel.l + disc * 1.2, mid = (deque.b + sel.t) / 2, high = run.t - size;
  const routes = [ // name, number, path, where the number stands, label, where that stands
    ['append', '', `M${run.x} ${run.t} V${high} H${deque.x} V${deque.t - 2}`, null, 'append', [run.x + 8, high + size * .85], 'dash'],
    ['popleft', 4, `M${deque.l} ${run.y} H${run.r + 2}`, [(deque.l + run.r) / 2, run.y - size]],
    ['recv', 6, `M${x(.8)} ${run.b} V${recv.y} H${recv.l - 2}`, [x(.8), (run.b + recv.t) / 2 + size * .4], 'Recv', [x(.8) - 4, recv.y - 7, 'end']],
    ['send', 7, `M${x(.36)} ${run.b} V${send.y} H${send.l - 2}`, [x(.36), (run.b + recv.t) / 2 + size * 1.7], 'Send', [x(.66), send.y - 7, 'middle']],
    ['done', 8, `M${x(.1)} ${run.b} V${term.t - 2}`, [x(.1), (run.b + recv.t) / 2 + size * 3]],
    ['ask', 1, `M${recv.r} ${recv.y} H${sel.l - 2}|M${send.r} ${send.y} H${sel.l - 2}`, [(recv.r + sel.l) / 2, (recv.b + send.t) / 2]],
    ['can_recv', 2, `M${up1} ${sel.t} V${deque.b + 2}`, [up1, mid], 'can_recv', [up1 - disc * 1.3, mid + size * .3, 'end']],
    ['can_send', 3, `M${up2} ${sel.t} V${deque.b + 2}`, [up2, mid], 'can_send', [up2 - disc * 1.3, mid + size * .3, 'end']],
    ['resume', 5, '', [run.r - disc * 1.5, run.t + disc * 1.5]],
  ];
  const on = e && ({ popleft: 'popleft', resume: 'resume', complete: 'done', select: 'ask', yield: e.op, append: e.from ? `can_${e.op ?? e.from.slice(0, 4)}` : e.by ? 'append' : '' })[e.what];
  const svg = name => document.createElementNS('http://www.w3.org/2000/svg', name);
  const draw = (name, attributes, text) => { const el = svg(name); for (const [key, value] of Object.entries(attributes)) el.setAttribute(key, value); if (text !== undefined) el.textContent = text; return el; };
  $('#arrows').replaceChildren($('#arrows defs'), ...routes.map(([name, number, d, spot, label, where, dash]) => {
    const g = draw('g', { class: name === on ? 'on' : '', 'data-station': number });
    for (const part of d.split('|').filter(Boolean)) g.append(draw('path', { class: dash ?? '', d: part, 'marker-end': 'url(#head)' }));
    if (spot) g.append(draw('circle', { cx: spot[0], cy: spot[1], r: disc }), draw('text', { class: 'num', x: spot[0], y: spot[1] + size * .28 }, number));
    if (label) g.append(draw('text', { class: number > 4 ? 'lane' : '', x: where[0], y: where[1], 'text-anchor': where[2] ?? 'start' }, label));
    return g;
  }));
}
