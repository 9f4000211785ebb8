// The picture after each event is computed from the events alone, by the rules of the lab's loop.
const LISTS = ['tasks', 'recv_wait', 'send_wait'];
const KEPT_EVENTS = 20_000; // older ones are summed up into the starting picture
const KEPT_LINES = 40; // of what the server has printed

function emptyPicture() {
  return {
    running: null, tasks: [], recv_wait: new Map(), send_wait: new Map(), // fd -> task, as in the lab
    cards: new Map(), clients: new Map(), backlog: [], printed: [], ended: [], fresh: false,
    asking: null, selected: null, slept: false, lit: null, parts: false, firstPart: null,
    count: { rounds: 0, resumes: 0, ready: 0, ended: 0, failed: 0 },
  };
}
function copyPicture(s) {
  const copies = map => new Map([...map].map(([key, value]) => [key, { ...value }]));
  return {
    ...s, tasks: [...s.tasks], recv_wait: new Map(s.recv_wait), send_wait: new Map(s.send_wait),
    cards: copies(s.cards), clients: copies(s.clients), backlog: [...s.backlog], printed: [...s.printed],
    ended: [...s.ended], count: { ...s.count },
  };
}
function setLists(s, from) {
  if ('running' in from) s.running = from.running;
  if (from.tasks) s.tasks = [...from.tasks];
  for (const area of ['recv_wait', 'send_wait']) if (from[area]) s[area] = new Map(from[area]);
}
function readPicture(start) {
  const s = emptyPicture();
  if (!start) return s;
  setLists(s, start);
  for (const [id, card] of Object.entries(start.cards ?? {})) {
    s.cards.set(Number(id), newCard(Number(id), card));
    if (card.client) newClient(s, card.client, card);
  }
  for (const [key, op] of [['recv_wait', 'recv'], ['send_wait', 'send']]) {
    for (const id of s[key].values()) if (s.cards.has(id)) s.cards.get(id).op = op;
  }
  for (const [name, n] of Object.entries(start.count ?? {})) s.count[name] = n;
  return s;
}
// `at` is the line in which the task is paused; `got` and `sent` are what it has on its card.
function newCard(id, { name, client = null, fd = null, port = null, label = null, at = null, resumes = null }) {
  return { id, name, client, fd, port, label, at, resumes: resumes ?? (at === null ? null : 1), op: null, got: null, sent: null, todo: null };
}
function newClient(s, number, { port = null, fd = null, label = null } = {}) {
  const client = { number, port, fd, label, input: '', more: 0, closes: false, resets: false, full: false, heard: null };
  s.clients.set(number, client);
  return client;
}
const idsOf = (s, list) => list === 'tasks' ? s.tasks : [...s[list].values()];
// What a list holds, as a text that can be compared: the deque in its order, an area in any.
function outline(list, value) {
  const ids = list === 'tasks' ? [...value] : [...value].map(([fd, id]) => `${fd}:${id}`).sort();
  return ids.join();
}
const unescaped = text => text.replace(/\\[rn]/g, '').trim();

// Changes the picture by one event.
function apply(s, e) {
  s.parts = false;
  s.fresh = false;
  if (e.what !== 'append' && e.what !== 'arrive') s.selected = e.what === 'selected' ? e : null;
  // All that wait are asked.
  if (e.what === 'select') { s.asking = { recv: e.recv ?? [...s.recv_wait.keys()], send: e.send ?? [...s.send_wait.keys()] }; s.slept = false; } else if (e.what !== 'arrive') s.asking = null;
  else if (s.asking) s.slept = true;
  let card = s.cards.get(e.task);
  const client = () => s.clients.get(e.client ?? card?.client ?? e.whose);
  switch (e.what) {
    case 'append':
      if (!card) s.cards.set(e.task, card = newCard(e.task, { resumes: 0, ...e }));
      if (e.from) {
        const area = s[e.from];
        for (const [fd, id] of area) if (id === e.task && (e.fd == null || fd === e.fd)) { area.delete(fd); break; }
      } else if (card.resumes === null) card.resumes = 0;
      if (e.client && !s.clients.has(e.client)) newClient(s, e.client, e);
      s.tasks.push(e.task);
      break;
    case 'popleft': s.tasks.shift(); s.running = e.task; break;
    case 'resume':
      s.running = e.task;
      s.count.resumes += 1;
      if (card) card.resumes = (card.resumes ?? 0) + 1;
      break;
    case 'yield':
      s.running = null;
      s[`${e.op}_wait`].set(e.fd, e.task);
      if (card) {
        Object.assign(card, { at: e.at ?? null, op: e.op });
        card.fd ??= e.fd;
        if (e.op === 'recv') Object.assign(card, { got: null, sent: null, todo: null });
      }
      break;
    case 'select': s.count.rounds += 1; break;
    case 'selected': s.count.ready = e.can_recv.length + e.can_send.length; break;
    case 'arrive': {
      const c = s.clients.get(e.whose) ?? newClient(s, e.whose, e);
      c.port ??= e.port ?? null;
      if (e.kind === 'connects') s.backlog.push(e.whose);
      else if (e.kind === 'closes') c.closes = true;
      else if (e.kind === 'resets') c.resets = true;
      else if (e.kind === 'stalls') c.full = true;
      else if (e.bytes) {
        c.input += e.bytes.text;
        c.more += e.bytes.more;
        c.label ??= /^[\p{L}\p{N} .'’_-]{1,12}$/u.test(unescaped(e.bytes.text)) ? unescaped(e.bytes.text) : '';
      }
      break;
    }
    case 'accept':
      if (e.error) break;
      s.backlog = s.backlog.filter(number => number !== e.client);
      { const c = s.clients.get(e.client) ?? newClient(s, e.client, e); c.fd = e.fd; c.port ??= e.port ?? null; }
      break;
    case 'recv': {
      const c = client();
      if (e.blocked) break; // nothing there after all
      if (card) card.got = e.error ? null : e.bytes ?? '';
      if (!c) break;
      // What came is gone from the kernel; what is longer than one `recv` takes stays there.
      if (e.bytes && c.input.startsWith(e.bytes.text) && !e.bytes.more) c.input = c.input.slice(e.bytes.text.length);
      else { c.input = ''; c.more = 0; }
      if (e.bytes) c.label ??= /^[\p{L}\p{N} .'’_-]{1,12}$/u.test(unescaped(e.bytes.text)) ? unescaped(e.bytes.text) : '';
      break;
    }
    case 'send': {
      const c = client();
      if (e.error) break;
      if (c) { c.full = !!e.blocked; if (e.bytes) c.heard = e.bytes; }
      if (card) { card.sent = e.blocked ? null : e.bytes; card.partial = !!(e.partial || e.blocked); }
      break;
    }
    case 'print':
      s.printed = [...s.printed.slice(-KEPT_LINES + 1), { text: e.text }];
      s.fresh = true;
      break;
    case 'complete':
      s.running = null;
      s.count.ended += 1;
      if (e.error) s.count.failed += 1;
      s.printed = [...s.printed.slice(-KEPT_LINES + 1), e.error ? { text: `${card?.name ?? ''}: ${e.error}`, error: true } : { text: 'Task done' }];
      s.fresh = true;
      s.ended = [...s.ended.slice(-11), { client: card?.client ?? null, name: card?.name, ok: !e.error }];
      if (card?.client) s.clients.delete(card.client);
      break;
  }
  // The line that is lit: where the running task goes on, until it yields.
  if (e.what === 'resume') s.lit = { name: card?.name, from: e.at ?? null, at: e.at ?? null };
  else if (s.running === null) s.lit = null;
  else if (s.lit && e.at && e.what !== 'arrive') s.lit = { ...s.lit, at: e.at };
  // Who is where is told as well: what differs from the rules is where a loop parts from the lab's.
  for (const list of LISTS) if (e[list] && outline(list, e[list]) !== outline(list, s[list])) s.parts = true;
  setLists(s, e);
  if (s.parts) s.firstPart ??= e.n;
  if (e.what === 'complete' && !LISTS.some(list => idsOf(s, list).includes(e.task))) s.cards.delete(e.task);
}

class Recording {
  constructor(data) {
    Object.assign(this, { title: data.title ?? {}, sources: data.sources ?? {}, mistake: data.mistake ?? null, identity: data.identity ?? null });
    this.events = data.events ?? [];
    this.base = (this.events[0]?.n ?? (data.start?.n ?? 0) + 1) - 1;
    this.saved = new Map([[this.base, readPicture(data.start)]]);
    this.kept = new Set(data.kept ?? []);
    this.near = null;
    this.names = new Map(); // task -> its client's number or its name, for the list of steps
    for (const [id, card] of this.saved.get(this.base).cards) this.names.set(id, card.client ?? card.name);
    this.note(this.events);
  }
  note(events) {
    for (const e of events) if (e.what === 'append' && !e.from) this.names.set(e.task, e.client ?? e.name);
  }
  get last() { return this.base + this.events.length; }
  event(n) { return this.events[n - this.base - 1]; }
  // The picture after event n. Pictures in between are saved now and then, fewer where they are large.
  after(n) {
    if (this.near?.n === n) return this.near.s;
    let from = this.base;
    for (const at of this.saved.keys()) if (at <= n && at > from) from = at;
    const s = copyPicture(this.saved.get(from));
    const every = Math.max(100, 4 * s.cards.size);
    for (let at = from + 1; at <= n; at += 1) {
      apply(s, this.event(at));
      if (at - from === every) { from = at; this.saved.set(at, copyPicture(s)); }
    }
    this.near = { n, s };
    return s;
  }
  add(events) {
    for (const e of events) if (e.n === this.last + 1) this.events.push(e);
    this.note(events);
    if (this.events.length > KEPT_EVENTS * 1.1) this.drop(this.events.length - KEPT_EVENTS);
  }
  // One that goes on where this one ends: what is looked at stays as it is.
  fork() {
    const next = Object.create(Recording.prototype);
    return Object.assign(next, this, { events: [], base: this.last, saved: new Map([[this.last, copyPicture(this.after(this.last))]]), kept: new Set(this.kept), names: new Map(this.names), near: null, foundAt: undefined });
  }
  drop(count) {
    const base = this.base + count, s = this.after(base);
    this.saved = new Map([[base, s], ...[...this.saved].filter(([at]) => at > base)]);
    this.near = null;
    for (const e of this.events.slice(0, count)) if (e.what === 'complete') this.names.delete(e.task);
    this.events = this.events.slice(count);
    this.base = base;
    for (const n of this.kept) if (n <= base) this.kept.delete(n);
  }
  // Where it parts from the lab's loop: said by the recording, or found.
  get parting() {
    if (this.mistake) return this.mistake.n;
    if (this.foundAt !== this.last) { this.foundAt = this.last; this.found = this.after(this.last).firstPart; }
    return this.found;
  }
}
