import { type FormEvent, useEffect, useRef, useState } from 'react'
import { type FoundPage, type Hit, hasWords, readFound, searchShown } from '../chat/search.ts'
import { plainText } from '../pieces/plain-text.ts'
import { words } from '../words/words.ts'
import type { Channel } from './channel.ts'
import { authorized } from './server-request.ts'
import { dayAndTime } from './times.ts'

interface SearchPanelProps {
  channel: Channel
  jump(id: string, page: number): void
}

type Progress = 'none' | 'searching' | 'done' | 'offline' | 'failed'

/** Looks for words in the whole channel: at once in what is loaded, then through the server. */
export function SearchPanel({ channel, jump }: SearchPanelProps) {
  const [typed, setTyped] = useState('')
  const [hits, setHits] = useState<readonly Hit[]>([])
  const [next, setNext] = useState<string | null>(null)
  const [progress, setProgress] = useState<Progress>('none')
  const asking = useRef<AbortController | null>(null)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    field.current?.focus()
    return () => asking.current?.abort()
  }, [])

  const ask = async (text: string, from: string | null, before: readonly Hit[]) => {
    asking.current?.abort()
    const controller = new AbortController()
    asking.current = controller
    setProgress('searching')
    const found = await askServer(channel.id, text, from, controller.signal)
    if (controller.signal.aborted) return
    if (found === 'offline' || found === 'failed') {
      setProgress(found)
      return
    }
    // The server also finds what a message quotes.
    const fitting = found.hits.filter(hit => hasWords(hit.text, text))
    setHits(merge(before, fitting, channel))
    setNext(found.next)
    setProgress('done')
  }
  const search = (event: FormEvent) => {
    event.preventDefault()
    const local = searchShown(channel.log.get().shown, typed)
    setHits(local)
    setNext(null)
    if (typed.trim() === '') setProgress('none')
    else void ask(typed, null, local)
  }

  return (
    <search className="search">
      <form onSubmit={search}>
        <input
          ref={field}
          type="search"
          dir="auto"
          aria-label={words.search.field}
          placeholder={words.search.field}
          value={typed}
          maxLength={256}
          onChange={event => setTyped(event.currentTarget.value)}
        />
      </form>
      <p className="hint" role="status">
        {statusOf(progress, hits.length, next === null)}
      </p>
      <ul className="search-hits">
        {hits.map(hit => (
          <li key={hit.id}>
            <button type="button" onClick={() => jump(hit.id, hit.page)}>
              <span className="search-hit-head">
                <bdi className="author">{hit.author ?? words.log.nameless}</bdi>
                <time dateTime={new Date(hit.at).toISOString()}>{dayAndTime(hit.at)}</time>
              </span>
              <span className="search-hit-text" dir="auto">
                {plainText(hit.text, 240)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {next !== null && progress === 'done' && (
        <button type="button" className="button-plain" onClick={() => void ask(typed, next, hits)}>
          {words.search.more}
        </button>
      )}
    </search>
  )
}

function statusOf(progress: Progress, count: number, isAll: boolean): string {
  if (progress === 'none') return words.search.hint
  if (progress === 'offline') return words.search.offline
  if (progress === 'failed') return words.search.failed
  if (progress === 'searching') return words.search.searching
  return count === 0 && isAll ? words.search.nothing : words.search.found(count, isAll)
}

async function askServer(
  channel: string,
  text: string,
  from: string | null,
  signal: AbortSignal,
): Promise<FoundPage | 'offline' | 'failed'> {
  // A star in the name of a channel would mean more than itself.
  const rooms = channel.includes('*') ? null : `chat/${channel}/*`
  if (rooms === null) return 'failed'
  const query = new URLSearchParams({ rooms, q: text, ...(from === null ? {} : { before: from }) })
  try {
    const response = await fetch(`/api/search?${query}`, { ...authorized(), signal })
    if (!response.ok) return 'failed'
    return readFound(await response.json()) ?? 'failed'
  } catch {
    return 'offline'
  }
}

/** Each message once: what is loaded says how it reads now and who wrote it. */
function merge(before: readonly Hit[], found: readonly Hit[], channel: Channel): readonly Hit[] {
  const loaded = new Map(channel.log.get().shown.map(shown => [shown.message.id, shown]))
  const hits = new Map(before.map(hit => [hit.id, hit]))
  for (const hit of found) {
    const shown = loaded.get(hit.id)
    if (shown?.isDeleted) continue
    const known = hits.get(hit.id)
    if (known === undefined) hits.set(hit.id, { ...hit, author: hit.author ?? shown?.message.author.name ?? null })
    else if (known.author === null && hit.author !== null) hits.set(hit.id, { ...known, author: hit.author })
  }
  return [...hits.values()].sort((a, b) => b.at - a.at)
}
