// The page's words, apart from the sentences. What the lab has named, `tasks` and `recv_wait`, stays as it is.
const WORDS = {
  en: {
    title: 'The scheduler, step by step', watching: 'watching', language: 'Deutsch', predict: 'ask us', steps: 'steps', lines: 'time lines', handout: 'handout', save: 'save recording', mistake: 'to the mistake',
    handoutTitle: 'prints the steps that have a ★', saveTitle: 'one file that needs no server and no network', predictTitle: 'asks before each step what will happen',
    sentence: 'what happens', answers: 'answers', picture: 'where the tasks are', running: 'running', front: '← front', end: 'end', recvIs: 'until something arrives', sendIs: 'until there is room',
    kernel: 'kernel', kernelIs: 'arrived, not yet received', term: 'the server’s terminal', taskIs: '▎someone is parked here', runIs: 'the scheduler’s loop', starIs: '★ for the handout: H',
    first: 'to the start', back: 'one step back', next: 'one step', now: 'back to now', position: 'step', speed: 'speed', space: 'Space', control: 'steps and speed', clients: 'clients',
    play: 'play', run: 'run', pause: 'pause', full: 'full speed', perSecond: n => `${n} ${n === '1' ? 'step' : 'steps'}/s`,
    talker: '+ talker', silent: '+ silent', reset: '+ resetting', leave: 'all leave',
    past: 'This is the recorded past. The scheduler is not touched by it', pastRuns: 'it runs on.', pastPauses: 'it is still paused.', pastSlow: 'it goes on at its speed.',
    lost: 'Not connected to the program. It is tried again.', anew: 'The program was started anew.', gone: 'Those steps are older than the recording. This is its first.', tooFast: 'At full speed there are more steps than can be kept. Pause, then go back.', slept: 'While `select` sleeps, there is no next step: type a line, or add a client.',
    nobody: 'nobody', asleep: 'sleeps …', asks: 'asks the kernel about', idle: 'is asked when the deque is empty', returned: 'returns', noOne: 'nobody is waiting', buffer: 'nothing', closed: 'has closed', resetIt: 'has reset', room: 'full',
    silentOnes: n => n === 1 ? '1 client: nothing' : `${n} clients: nothing`, more: n => `+ ${n}`, moreBytes: n => ` … (${n} more bytes)`,
    right: 'Right.', wrong: label => `No, not “${label}”.`, open: 'You will see with the next steps.', score: (a, b) => `${a} of ${b} right`, unknowable: 'Nobody can know this one: the client decides.', done: 'Each question was answered right twice. Press V twice to be asked again.',
    counted: { rounds: 'rounds of select', resumes: 'resumes', ready: 'ready in the last round', ended: 'ended', failed: 'failed' }, lastSteps: 'the last 200 steps',
    states: { running: 'running', tasks: 'ready', recv_wait: 'waits to receive', send_wait: 'waits to send' }, ownLoop: 'your loop',
  },
  de: {
    title: 'Der Scheduler, Schritt für Schritt', watching: 'zusehen', language: 'English', predict: 'frag uns', steps: 'Schritte', lines: 'Zeitleisten', handout: 'Handout', save: 'Aufnahme speichern', mistake: 'zum Fehler',
    handoutTitle: 'druckt die Schritte mit ★', saveTitle: 'eine Datei, die weder Server noch Netz braucht', predictTitle: 'fragt vor jedem Schritt, was geschehen wird',
    sentence: 'was geschieht', answers: 'Antworten', picture: 'wo die Tasks sind', running: 'läuft', front: '← vorn', end: 'hinten', recvIs: 'bis etwas ankommt', sendIs: 'bis Platz ist',
    kernel: 'Kernel', kernelIs: 'angekommen, nicht abgeholt', term: 'Terminal des Servers', taskIs: '▎hier ist jemand geparkt', runIs: 'die Schleife des Schedulers', starIs: '★ aufs Handout: H',
    first: 'zum Anfang', back: 'ein Schritt zurück', next: 'ein Schritt', now: 'zurück zu jetzt', position: 'Schritt', speed: 'Tempo', space: 'Leertaste', control: 'Schritte und Tempo', clients: 'Clients',
    play: 'abspielen', run: 'laufen', pause: 'Pause', full: 'volles Tempo', perSecond: n => `${n} ${n === '1' ? 'Schritt' : 'Schritte'}/s`,
    talker: '+ Redner', silent: '+ Stiller', reset: '+ Abbrecher', leave: 'alle gehen',
    past: 'Das ist die aufgezeichnete Vergangenheit. Den Scheduler berührt sie nicht', pastRuns: 'er läuft weiter.', pastPauses: 'er steht noch.', pastSlow: 'er geht in seinem Tempo weiter.',
    lost: 'Nicht verbunden mit dem Programm. Es wird weiter versucht.', anew: 'Das Programm wurde neu gestartet.', gone: 'Diese Schritte sind älter als die Aufnahme. Das ist ihr erster.', tooFast: 'Bei vollem Tempo sind es mehr Schritte, als sich aufheben lassen. Halte an, dann geh zurück.', slept: 'Solange `select` schläft, gibt es keinen nächsten Schritt: Tippt eine Zeile, oder fügt einen Client hinzu.',
    nobody: 'niemand', asleep: 'schläft …', asks: 'fragt den Kernel nach', idle: 'wird gefragt, wenn die Deque leer ist', returned: 'kehrt zurück', noOne: 'niemand wartet', buffer: 'nichts', closed: 'hat geschlossen', resetIt: 'hat abgebrochen', room: 'voll',
    silentOnes: n => n === 1 ? '1 Client: nichts' : `${n} Clients: nichts`, more: n => `+ ${n}`, moreBytes: n => ` … (${n} weitere Bytes)`,
    right: 'Richtig.', wrong: label => `Nein, nicht „${label}“.`, open: 'Die nächsten Schritte zeigen es.', score: (a, b) => `${a} von ${b} richtig`, unknowable: 'Das kann niemand wissen: Hier entscheidet der Client.', done: 'Jede Frage ist zweimal richtig beantwortet. Zweimal V, und es wird wieder gefragt.',
    counted: { rounds: 'Runden von select', resumes: 'Fortsetzungen', ready: 'bereit in der letzten Runde', ended: 'zu Ende', failed: 'gescheitert' }, lastSteps: 'die letzten 200 Schritte',
    states: { running: 'läuft', tasks: 'bereit', recv_wait: 'wartet auf Empfangen', send_wait: 'wartet auf Senden' }, ownLoop: 'deine Schleife',
  },
};
let language = 'en', words = WORDS.en;

// Small helpers of all the parts.
const $ = selector => document.querySelector(selector), $$ = selector => [...document.querySelectorAll(selector)];
function make(tag, className = '', ...inside) {
  const e = document.createElement(tag);
  if (className) e.className = className;
  e.append(...inside.filter(x => x !== null && x !== undefined && x !== ''));
  return e;
}
const set = (e, text) => { if (e.textContent !== String(text)) e.textContent = text; };
const rich = text => text.split('`').map((part, i) => i % 2 ? make('code', '', part) : part).filter(part => part !== ''); // `code` in a sentence
const still = matchMedia('(prefers-reduced-motion: reduce)');
const letter = number => number <= 26 ? String.fromCharCode(64 + number) : String(number); // the order of arrival
const shown = bytes => typeof bytes === 'string' ? bytes : !bytes ? '' : bytes.text + (bytes.more ? words.moreBytes(bytes.more) : '');
const nameOf = card => card?.client ? letter(card.client) : card?.name ?? '?';
const badge = (client, name) => make('span', client ? 'badge' : 'badge server', client ? letter(client) : (name ?? 'tcp_server').replace(/^tcp_/, '')[0].toUpperCase());
