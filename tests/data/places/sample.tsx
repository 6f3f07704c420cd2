import { useState } from 'react';

interface Props { title: string; items: { id: number; name: string }[]; onPick?: (id: number) => void }

export function List({ title, items, onPick }: Props) {
  const [query, setQuery] = useState<string>('');
  const shown = items.filter((item) => item.name.includes(query));
  return (
    <section className="list" style={{ color: 'red', margin: 4 }}>
      <h2>Don't panic: {title}</h2>
      <input type="text" value={query} onChange={(event) => setQuery(event.target.value)} />
      <ul className={`items ${query ? 'filtered' : ''}`}>
        {shown.map((item) => (
          <li key={item.id} onClick={() => onPick?.(item.id)}>
            <a href={`/items/${item.id}`} title="more">{item.name}</a>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p className="empty">Nothing found.</p>}
    </section>
  );
}
