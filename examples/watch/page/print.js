// The handout: the steps with a star as sentences with small pictures; made when it is printed.
function showHandout(rec) {
  const stars = rec.kept.size ? [...rec.kept] : [view.n];
  const code = (name, line) => {
    const source = rec.sources[name], text = source?.lines[line - source.first];
    return line && text !== undefined ? make('pre', '', `${source.file}:${line}  ${text.replace(/(^|\s)\/\/ .*$/, '').trim()}`) : null;
  };
  $('#handout').replaceChildren(make('h1', '', rec.title[language] ?? words.title), ...stars.filter(n => rec.event(n)).sort((a, b) => a - b).map(n => {
    const s = rec.after(n), e = rec.event(n), bytes = card => card.sent ? ` ✓ "${shown(card.sent)}"` : card.got ? ` "${shown(card.got)}"` : '';
    const item = (id, i) => {
      const card = s.cards.get(id) ?? newCard(id, { name: '?' });
      return make('span', id === e.task ? 'now' : '', `${i === null ? '' : `${i + 1}. `}${nameOf(card)}${card.fd === null ? '' : ` · fd ${card.fd}`}${bytes(card)}`);
    };
    const map = [['running', s.running === null ? [] : [s.running]], ...LISTS.map(list => [list, idsOf(s, list)])].map(([place, ids]) =>
      make('div', place, make('b', place === 'running' ? '' : 'mono', place === 'running' ? words.running : place), ...ids.slice(0, 12).map((id, i) => item(id, place === 'tasks' ? i : null)), ids.length > 12 ? make('span', '', words.more(ids.length - 12)) : null));
    const kernel = [...s.backlog.map(c => `${letter(c)} :${s.clients.get(c)?.port ?? ''}`), ...[...s.clients.values()].flatMap(c => [c.input && `${letter(c.number)}: "${c.input}"`, c.closes && `${letter(c.number)}: ${words.closed}`, c.resets && `${letter(c.number)}: ${words.resetIt}`].filter(Boolean))];
    map.push(make('div', 'kernel', make('b', '', words.kernel), ...kernel.slice(0, 12).map(text => make('span', '', text))));
    const card = s.cards.get(e.task) ?? rec.after(Math.max(rec.base, n - 1)).cards.get(e.task);
    const [verdict, said] = sentence(rec, n);
    return make('section', '', make('p', '', make('b', 'n', String(n)), ' ', ...rich(`${verdict ? `✗ ${verdict} ` : ''}${said}`)), make('div', 'map', ...map), code('run', e.line), card && e.at && e.what !== 'append' ? code(card.name, e.at) : null);
  }));
}
