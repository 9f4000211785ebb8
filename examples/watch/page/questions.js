// Questions: what will happen next. Only what can be known from the events so far is asked.
const QUESTIONS = {
  en: {
    next: 'What happens next?', popleft: 'Who runs next?', stops: w => `${w} runs. Where does its card go when it stops?`, named: '`select` is about to return. Whom does it name?', append: 'Which card goes to the end of the deque now?', fresh: c => `\`tcp_server\` makes a task for ${c}. Where is it put?`, resume: w => `${w} is resumed. Where does it go on?`, recv: '`recv` is called. What does it return?',
    option: { popleft: 'the front card runs', select: 'select is asked', again: 'the same one goes on', leaves: 'a card leaves recv_wait', tasks: 'the end of the deque', recv_wait: 'recv_wait', send_wait: 'send_wait', ends: 'nowhere: it ends', running: 'it runs at once', first: 'at its first line', after: n => `after the yield in line ${n}`, nobody: 'nobody', bytes: text => `“${text}”`, eof: 'nothing: the end', error: 'an error', waits: 'it waits for bytes' },
    rule: { next: 'The inner loop asks select only while the deque is empty.', popleft: 'First in, first out: the front comes first.', stops: 'What it yields decides: Recv, Send, or the end.', named: 'select names those for whom the kernel has something, or has room.', append: 'In the order of select’s lists, receivers before senders.', fresh: 'A new task queues like all others.', resume: 'A generator goes on where it stopped.', recv: 'It gets what lies in the kernel.' },
  },
  de: {
    next: 'Was geschieht als Nächstes?', popleft: 'Wer läuft als Nächstes?', stops: w => `${w} läuft. Wohin kommt ihre Karte, wenn sie anhält?`, named: '`select` kehrt gleich zurück. Wen nennt es?', append: 'Welche Karte kommt jetzt ans Ende der Deque?', fresh: c => `\`tcp_server\` macht eine Task für ${c}. Wohin kommt sie?`, resume: w => `${w} wird fortgesetzt. Wo geht sie weiter?`, recv: '`recv` wird aufgerufen. Was liefert es?',
    option: { popleft: 'die vorderste Karte läuft', select: 'select wird gefragt', again: 'dieselbe läuft weiter', leaves: 'eine Karte verlässt recv_wait', tasks: 'ans Ende der Deque', recv_wait: 'recv_wait', send_wait: 'send_wait', ends: 'nirgendwohin: Sie endet', running: 'sie läuft sofort', first: 'in der ersten Zeile', after: n => `hinter dem yield in Zeile ${n}`, nobody: 'niemanden', bytes: text => `„${text}“`, eof: 'nichts: das Ende', error: 'einen Fehler', waits: 'es wartet auf Bytes' },
    rule: { next: 'Die innere Schleife fragt select nur, solange die Deque leer ist.', popleft: 'Wer zuerst kommt, läuft zuerst: von vorn.', stops: 'Es entscheidet, was sie abgibt: Recv, Send oder das Ende.', named: 'select nennt die, für die der Kernel etwas hat oder Platz hat.', append: 'In der Reihenfolge von selects Listen, Empfänger vor Sendern.', fresh: 'Eine neue Task stellt sich an wie alle.', resume: 'Ein Generator geht weiter, wo er angehalten hat.', recv: 'Es bekommt, was im Kernel liegt.' },
  },
};
const ENOUGH = 2; // of each kind, so many right answers

// What the kernel has for a parked task, as far as the picture knows.
const waitsFor = (s, card) => card?.client ? s.clients.get(card.client) : null;
const hasSomething = (s, card) => card?.client ? !!(waitsFor(s, card) && (waitsFor(s, card).input || waitsFor(s, card).closes || waitsFor(s, card).resets)) : s.backlog.length > 0;

// The question after step n, or null. Its `right` is predicted; `told` says what an event tells of it:
// the answer that came true, undefined if it says nothing yet, null if the question has no answer any more.
function question(rec, n) {
  const e = rec.event(n), s = rec.after(n), w = QUESTIONS[language], o = w.option;
  if (!e || s.parts || s.firstPart) return null;
  const card = s.cards.get(e.task), Who = capital(SAY[language].who(card));
  const place = (id, label = o[id]) => ({ place: id, label, answer: id });
  const say = (label, answer) => ({ label, answer });
  const task = id => ({ task: id, label: nameOf(s.cards.get(id)), answer: id });
  const make = (kind, ask, options, right, told) => options.length < 2 || !options.some(option => option.answer === right) ? null
    : { kind, ask, right, told, rule: w.rule[kind], options: options.slice(0, 4).map((option, i) => ({ ...option, key: i + 1 })) };
  const few = (right, ids) => [...new Set([...ids.filter(id => id !== right).slice(0, 3), right])].sort((a, b) => a - b).map(task);

  // The loop stands between two tasks.
  const loop = () => {
    const first = s.tasks[0];
    if (s.tasks.length > 1) return make('popleft', w.popleft, few(first, [...s.tasks, ...s.recv_wait.values(), ...s.send_wait.values()]), first, next => next.what === 'popleft' ? next.task : next.what === 'select' ? null : undefined);
    if (!s.tasks.length && !s.recv_wait.size && !s.send_wait.size) return null;
    return make('next', w.next, [place('tasks', o.popleft), place('select', o.select), place('running', o.again), place('recv_wait', o.leaves)], first === undefined ? 'select' : 'tasks',
      next => ({ popleft: 'tasks', select: 'select', resume: 'running', append: 'recv_wait' })[next.what]);
  };
  const stops = right => make('stops', w.stops(Who), [...LISTS.map(id => place(id)), place('term', o.ends)], right,
    next => next.task !== e.task ? undefined : next.what === 'yield' ? `${next.op}_wait` : next.what === 'complete' ? 'term' : undefined);
  // Who has been named by select and is still parked, in the order in which the loop goes through them.
  const named = s.selected ?? lastSelected(rec, n);
  const due = () => named ? [...named.can_recv.map(fd => s.recv_wait.get(fd)), ...named.can_send.map(fd => s.send_wait.get(fd))].filter(id => id !== undefined) : [];
  const appended = () => {
    const [first] = due();
    if (first === undefined) return loop();
    return make('append', w.append, few(first, [...due(), ...s.recv_wait.values(), ...s.send_wait.values()]), first, next => next.what === 'append' ? next.task : next.what === 'popleft' ? null : undefined);
  };

  switch (e.what) {
    case 'yield': case 'complete': return loop();
    case 'selected': return appended();
    case 'append':
      if (e.from) return appended();
      if (e.by) return card?.client && s.cards.get(e.by)?.name === 'tcp_server' ? stopsOf(rec, s, w, s.running, 'recv_wait') : null;
      return null; // `main` may append more
    case 'popleft': {
      if (!card || card.resumes === null || (card.resumes > 0 && card.at === null)) return null;
      const source = rec.sources[card.name], lines = source ? source.lines.flatMap((line, i) => line.includes('yield_(') ? [source.first + i] : []) : [];
      if (card.resumes > 0 && !lines.includes(card.at)) return null;
      return make('resume', w.resume(Who), [say(o.first, 0), ...lines.map(line => say(o.after(line), line))], card.resumes ? card.at : 0,
        next => next.what === 'resume' ? next.task === card.id ? card.resumes ? card.at : 0 : null : undefined);
    }
    case 'resume': {
      if (card?.name !== 'echo_handler' || card.resumes < 2 || card.op !== 'recv') return null;
      const c = waitsFor(s, card);
      if (!c || !(c.input || c.closes || c.resets)) return null; // what came was not seen
      const right = c.resets ? 'error' : c.input ? 'bytes' : 'eof';
      return make('recv', w.recv, [say(o.bytes(c.input || 'GOT:'), 'bytes'), say(o.eof, 'eof'), say(o.error, 'error'), say(o.waits, 'waits')], right,
        next => next.what === 'recv' && next.task === card.id ? next.blocked ? 'waits' : next.error ? 'error' : next.bytes ? 'bytes' : 'eof' : next.what === 'yield' ? null : undefined);
    }
    case 'accept': return e.error ? null : make('fresh', w.fresh(letter(e.client)), [place('running', o.running), ...LISTS.map(id => place(id))], 'tasks', next => next.what === 'append' && !next.from ? 'tasks' : next.what === 'yield' ? null : undefined);
    case 'recv': return card?.name !== 'echo_handler' ? null : stops(e.blocked ? 'recv_wait' : e.error || !e.bytes ? 'term' : 'send_wait');
    case 'send': return card?.name !== 'echo_handler' ? null : stops(e.error ? 'term' : e.partial || e.blocked ? 'send_wait' : 'recv_wait');
    case 'select': case 'arrive': {
      if (!s.asking) return null;
      const parked = [...s.recv_wait.values(), ...s.send_wait.values()];
      const ready = [...[...s.recv_wait.values()].filter(id => hasSomething(s, s.cards.get(id))), ...[...s.send_wait.values()].filter(id => !waitsFor(s, s.cards.get(id))?.full)];
      // Of several, some may be told only by the next call: that cannot be known.
      if (ready.length !== 1) return null;
      return make('named', w.named, [...few(ready[0], parked), say(o.nobody, 'nobody')].slice(-4), ready[0], next => {
        if (next.what !== 'selected') return undefined;
        const said = [...next.can_recv.map(fd => s.recv_wait.get(fd)), ...next.can_send.map(fd => s.send_wait.get(fd))];
        return said.length === 1 ? said[0] : null;
      });
    }
    default: return null;
  }
}
// Where the running task goes, asked after it has appended another one.
function stopsOf(rec, s, w, id, right) {
  const o = w.option, card = s.cards.get(id), place = (name, label) => ({ place: name, label, answer: name });
  if (!card) return null;
  return {
    kind: 'stops', ask: w.stops(capital(SAY[language].who(card))), right, rule: w.rule.stops,
    options: [...LISTS.map(name => place(name, o[name])), place('term', o.ends)].map((option, i) => ({ ...option, key: i + 1 })),
    told: next => next.task !== id ? undefined : next.what === 'yield' ? `${next.op}_wait` : next.what === 'complete' ? 'term' : undefined,
  };
}
// The `selected` of this round, if it is told in the events that are kept.
function lastSelected(rec, n) {
  for (let at = n; at > rec.base; at -= 1) {
    const e = rec.event(at);
    if (e.what === 'selected') return e;
    if (e.what === 'popleft' || e.what === 'select') return null;
  }
  return null;
}
