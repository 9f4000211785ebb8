// One sentence for each step: what happened, and why.
const fdList = (fds, and) => fds.length > 4 ? `${fds.slice(0, 3).join(', ')} … ${fds.at(-1)}` : fds.length < 2 ? fds.join('') : `${fds.slice(0, -1).join(', ')}${and}${fds.at(-1)}`;
const SAY = {
  en: {
    who: card => card?.client ? `${letter(card.client)}’s task` : `\`${card?.name ?? 'task'}\``,
    begin: 'Nothing has happened yet. `→` takes a step, the space bar plays, `V` asks you before each step.',
    older: 'The steps before this one were summed up into this picture.',
    fails: 'Here the test fails.', parts: 'Here it parts from the lab’s loop.', partsWhy: (w, places) => places.length > 1 ? `${w} is in two places now: ${places.join(' and ')}.` : places.length ? `${w} is in ${places[0]} now; in the lab’s loop it would not be.` : `${w} is nowhere any more.`, again: 'Since then it differs from the lab’s loop.',
    append: (e, x) => e.from ? `${x.Who} goes to the end of the deque: select has said that fd ${x.fd} can ${e.op === 'send' ? 'send' : 'receive'}.${x.both ? e.op === 'send' ? ' Those who can send come after those who can receive.' : ' Those who can receive come first.' : ''}`
      : e.by ? `${x.By} puts ${x.client ? `a new task for ${x.client}` : 'a new task, ' + x.who + ','} at the end of the deque. It goes on running itself; the new one waits its turn.` : `\`main\` puts ${x.who} into the deque${x.alone ? ': it is the first task.' : '.'}`,
    popleft: (e, x) => `${x.Who} is taken from the front of the deque: ${x.queue > 1 ? 'it has stood there longest.' : 'it is the only one that can run.'}`,
    resume: (e, x) => x.begins ? `${x.Who} begins at its first line. Until its first \`yield\`, nobody else runs.` : `${x.Who} goes on right after its \`yield\`${x.at ? ` in line ${x.at}` : ''}. Until the next one, nobody else runs.`,
    print: (e, x) => `${x.Who} prints “${e.text}”. It runs, so it need not ask anybody.`,
    accept: e => e.error ? `\`accept\` fails: ${e.error}.` : `\`accept\` fetches ${letter(e.client)}’s connection from the kernel. It does not wait, since one is there. From now on, ${letter(e.client)} is fd ${e.fd}.`,
    recv: (e, x) => e.blocked ? '`recv` finds nothing after all. The task has to wait again.' : e.error ? `\`recv\` fails: ${e.error}. The \`?\` ends the task with this error.` : e.bytes ? `\`recv\` fetches “${shown(e.bytes)}” from the kernel. It does not wait, since select has said that something is there.` : `\`recv\` returns nothing at all: ${x.client} has closed its side. So the loop ends with \`break\`.`,
    send: (e, x) => e.error ? `\`send\` fails: ${e.error}. The \`?\` ends the task with this error.` : e.blocked ? `\`send\` finds no room: ${x.client} does not read. The task has to wait again.` : e.partial ? `\`send\` gives “${shown(e.bytes)}” to the kernel; there was no room for the rest, which has to wait.` : `\`send\` gives “${shown(e.bytes)}” to the kernel, which brings it to ${x.client}. The answer is there.`,
    yield: (e, x) => `${x.Who} yields (${e.op === 'send' ? 'Send' : 'Recv'}, fd ${e.fd}): it is parked in ${e.op}_wait until ${e.op === 'send' ? 'there is room for its answer' : x.client ? `${x.client} sends something` : 'somebody connects'}.`,
    select: (e, x) => `The deque is empty. So \`select\` asks the kernel about ${x.asked.length === 1 ? `fd ${x.asked[0]}` : x.asked.length > 4 ? `${x.asked.length} descriptors` : `fd ${fdList(x.asked, ' and ')}`}. If nobody is ready, it sleeps, and that costs nothing.`,
    selected: (e, x) => `\`select\` returns${e.slept ? ', since something has woken it' : ' without having slept'}: ${[x.recv.length && `${x.names(x.recv, ' and ')} can receive, since something has arrived`, x.send.length && `${x.names(x.send, ' and ')} can send, since there is room`, x.cannot.length && `${x.names(x.cannot, ' and ')} cannot be watched`].filter(Boolean).join('; ') || 'nobody can go on'}.`,
    complete: (e, x) => e.error ? `${x.Who} has ended with an error: ${e.error}. It is named on stderr; all others go on.` : `${x.Who} has come to its end. \`run\` prints “Task done”, and lets go of it.`,
    arrive: (e, x) => ({ connects: `${x.client} connects${x.port ? ` from port ${x.port}` : ''}. The kernel keeps the connection until \`tcp_server\` accepts it.`, types: `${x.client} types “${shown(e.bytes)}”. The bytes lie in the kernel until ${x.client}’s task fetches them${x.running ? '; now, another task runs' : ''}.`, closes: `${x.client} closes its connection. For \`select\`, that is something to receive.`, resets: `${x.client} resets its connection. For \`select\`, that is something to receive.`, stalls: `${x.client} reads no more: the kernel can take nothing more for ${x.client}.` })[e.kind],
    chapter: { connects: c => `${c} connects`, types: (c, text) => `${c} types “${text}”`, closes: c => `${c} closes`, resets: c => `${c} resets`, stalls: c => `${c} reads no more` },
  },
  de: {
    who: card => card?.client ? `die Task von ${letter(card.client)}` : `die Task \`${card?.name ?? '?'}\``,
    begin: 'Noch ist nichts geschehen. `→` geht einen Schritt, die Leertaste spielt ab, `V` fragt vor jedem Schritt.',
    older: 'Die Schritte vor diesem sind in diesem Bild zusammengefasst.',
    fails: 'Hier scheitert der Test.', parts: 'Hier trennt sie sich von der Schleife des Labs.', partsWhy: (w, places) => places.length > 1 ? `${w} ist jetzt an zwei Orten: ${places.join(' und ')}.` : places.length ? `${w} ist jetzt in ${places[0]}; in der Schleife des Labs wäre sie es nicht.` : `${w} ist nirgends mehr.`, again: 'Seitdem weicht sie von der Schleife des Labs ab.',
    append: (e, x) => e.from ? `${x.Who} kommt ans Ende der Deque: select hat gemeldet, dass fd ${x.fd} ${e.op === 'send' ? 'senden' : 'empfangen'} kann.${x.both ? e.op === 'send' ? ' Wer senden kann, kommt nach denen, die empfangen können.' : ' Wer empfangen kann, kommt zuerst.' : ''}`
      : e.by ? `${x.By} hängt ${x.client ? `eine neue Task für ${x.client}` : 'eine neue Task, ' + x.name + ','} hinten an die Deque. Selbst läuft sie weiter; die neue wartet, bis sie an der Reihe ist.` : `\`main\` stellt ${x.who} in die Deque${x.alone ? ': Das ist die erste Task.' : '.'}`,
    popleft: (e, x) => `${x.Who} wird vorn von der Deque genommen: ${x.queue > 1 ? 'Keine steht dort länger.' : 'Keine andere kann laufen.'}`,
    resume: (e, x) => x.begins ? `${x.Who} beginnt mit ihrer ersten Zeile. Bis zum ersten \`yield\` läuft sonst niemand.` : `${x.Who} geht gleich hinter ihrem \`yield\`${x.at ? ` in Zeile ${x.at}` : ''} weiter. Bis zum nächsten läuft sonst niemand.`,
    print: (e, x) => `${x.Who} gibt „${e.text}“ aus. Sie läuft, also muss sie niemanden fragen.`,
    accept: e => e.error ? `\`accept\` schlägt fehl: ${e.error}.` : `\`accept\` holt die Verbindung von ${letter(e.client)} aus dem Kernel. Es wartet nicht, denn eine ist da. Von jetzt an ist ${letter(e.client)} der fd ${e.fd}.`,
    recv: (e, x) => e.blocked ? '`recv` findet doch nichts vor. Die Task muss wieder warten.' : e.error ? `\`recv\` schlägt fehl: ${e.error}. Das \`?\` beendet die Task mit diesem Fehler.` : e.bytes ? `\`recv\` holt „${shown(e.bytes)}“ aus dem Kernel. Es wartet nicht, denn select hat gemeldet, dass etwas da ist.` : `\`recv\` liefert gar nichts: ${x.client} hat seine Seite geschlossen. Also endet die Schleife mit \`break\`.`,
    send: (e, x) => e.error ? `\`send\` schlägt fehl: ${e.error}. Das \`?\` beendet die Task mit diesem Fehler.` : e.blocked ? `\`send\` findet keinen Platz: ${x.client} liest nicht. Die Task muss wieder warten.` : e.partial ? `\`send\` gibt dem Kernel „${shown(e.bytes)}“; für den Rest war kein Platz, er muss warten.` : `\`send\` gibt dem Kernel „${shown(e.bytes)}“, und der bringt es zu ${x.client}. Die Antwort ist da.`,
    yield: (e, x) => `${x.Who} gibt mit yield (${e.op === 'send' ? 'Send' : 'Recv'}, fd ${e.fd}) ab: Sie parkt in ${e.op}_wait, bis ${e.op === 'send' ? 'Platz für ihre Antwort ist' : x.client ? `${x.client} etwas sendet` : 'sich jemand verbindet'}.`,
    select: (e, x) => `Die Deque ist leer. Also fragt \`select\` den Kernel nach ${x.asked.length === 1 ? `fd ${x.asked[0]}` : x.asked.length > 4 ? `${x.asked.length} Deskriptoren` : `fd ${fdList(x.asked, ' und ')}`}. Ist niemand bereit, so schläft es, und das kostet nichts.`,
    selected: (e, x) => `\`select\` kehrt zurück${e.slept ? ', denn etwas hat es geweckt' : ', ohne zu schlafen'}: ${[x.recv.length && `${x.names(x.recv, ' und ')} ${x.recv.length === 1 ? 'kann' : 'können'} empfangen, denn es ist etwas da`, x.send.length && `${x.names(x.send, ' und ')} ${x.send.length === 1 ? 'kann' : 'können'} senden, denn es ist Platz`, x.cannot.length && `${x.names(x.cannot, ' und ')} ${x.cannot.length === 1 ? 'kann' : 'können'} nicht überwacht werden`].filter(Boolean).join('; ') || 'Niemand kann weiter'}.`,
    complete: (e, x) => e.error ? `${x.Who} endet mit einem Fehler: ${e.error}. Er steht auf stderr; alle anderen laufen weiter.` : `${x.Who} ist zu Ende. \`run\` gibt „Task done“ aus und lässt sie gehen.`,
    arrive: (e, x) => ({ connects: `${x.client} verbindet sich${x.port ? ` von Port ${x.port}` : ''}. Der Kernel bewahrt die Verbindung auf, bis \`tcp_server\` sie annimmt.`, types: `${x.client} tippt „${shown(e.bytes)}“. Die Bytes liegen im Kernel, bis die Task von ${x.client} sie abholt${x.running ? '; jetzt läuft eine andere' : ''}.`, closes: `${x.client} schließt die Verbindung. Für \`select\` ist das etwas zu empfangen.`, resets: `${x.client} bricht die Verbindung ab. Für \`select\` ist das etwas zu empfangen.`, stalls: `${x.client} liest nicht mehr: Der Kernel kann für ${x.client} nichts mehr annehmen.` })[e.kind],
    chapter: { connects: c => `${c} verbindet sich`, types: (c, text) => `${c} tippt „${text}“`, closes: c => `${c} schließt`, resets: c => `${c} bricht ab`, stalls: c => `${c} liest nicht mehr` },
  },
};
const capital = text => text[0].toUpperCase() + text.slice(1);

// [verdict, sentence] of step n of a recording.
function sentence(rec, n) {
  const say = SAY[language], e = rec.event(n);
  if (!e) return ['', n > 0 ? say.older : say.begin];
  const after = rec.after(n), before = n - 1 >= rec.base ? rec.after(n - 1) : after;
  const card = before.cards.get(e.task) ?? after.cards.get(e.task), number = e.client ?? card?.client ?? e.whose;
  const who = say.who(card), selected = before.selected;
  const at = fds => fds.map(fd => before.cards.get(before.recv_wait.get(fd) ?? before.send_wait.get(fd)));
  const x = {
    who, Who: capital(who), By: capital(say.who(before.cards.get(e.by))), name: `\`${card?.name}\``, client: number ? letter(number) : null, fd: e.fd ?? card?.fd,
    port: before.clients.get(number)?.port ?? after.clients.get(number)?.port, alone: after.tasks.length === 1, queue: before.tasks.length, running: before.running !== null,
    begins: before.cards.get(e.task)?.resumes === 0, at: before.cards.get(e.task)?.at, both: selected?.can_recv.length && selected?.can_send.length,
    asked: after.asking ? [...after.asking.recv, ...after.asking.send].sort((a, b) => a - b) : [], recv: e.can_recv ?? [], send: e.can_send ?? [], cannot: (e.cannot ?? []).map(([fd]) => fd),
    names: (fds, and) => fdList(at(fds).map((found, i) => `${found?.client ? `${letter(found.client)} (` : ''}fd ${fds[i]}${found?.client ? ')' : ''}`), and),
  };
  const own = say[e.what]?.(e, x) ?? e.what;
  if (n === rec.parting) return [rec.mistake?.test ? say.fails : say.parts, rec.mistake?.[language] ?? `${own} ${say.partsWhy(capital(who), LISTS.filter(list => idsOf(after, list).includes(e.task)))}`];
  return [after.parts ? say.again : '', own];
}
// What a step is called in the list of steps.
function stepName(rec, e) {
  if (e.what === 'arrive') return SAY[language].chapter[e.kind]?.(letter(e.whose), shown(e.bytes)) ?? e.kind;
  const number = e.client ?? (e.task === undefined ? null : rec.names?.get(e.task));
  return `${e.what}${number ? ` ${typeof number === 'number' ? letter(number) : number}` : ''}${e.what === 'yield' ? ` ${e.op}` : ''}`;
}
