import { type Ref, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Entry } from '../chat/log.ts'
import { type Group, localDay, timeline } from '../chat/timeline.ts'
import type { Unsaved } from '../chat/unsaved.ts'
import { words } from '../words/words.ts'
import { Avatar } from './avatar.tsx'
import { ArrowDown } from './icons.tsx'
import { MessageView } from './message-view.tsx'
import { useStickToEnd } from './stick-to-end.ts'
import { clockTime, dayName, fullTime } from './times.ts'

/** How many messages are in the page at first, and how many more each time earlier ones are asked for. */
const pageSize = 200

export interface LogViewHandle {
  toLatest(): void
  focus(): void
}

interface LogViewProps {
  ref: Ref<LogViewHandle>
  room: string
  entries: readonly Entry[]
  unsaved: Unsaved
  self: string
  /** What this browser kept is still being read. */
  loading: boolean
  /** The server's messages have arrived, so an empty log is known to be empty. */
  hasHistory: boolean
}

/** The conversation. It stays at its end while one is there, and never moves under a reader who is not. */
export function LogView({ ref, room, entries, unsaved, self, loading, hasHistory }: LogViewProps) {
  const [limit, setLimit] = useState(pageSize)
  const box = useRef<HTMLDivElement>(null)
  const { atEnd, unseen, toEnd, holdPlace } = useStickToEnd(box, entries, self)
  const shown = useMemo(() => entries.slice(-limit), [entries, limit])
  const days = useMemo(() => timeline(shown, localDay), [shown])
  const hiddenCount = entries.length - shown.length
  const now = Date.now()

  useImperativeHandle(ref, () => ({ toLatest: toEnd, focus: () => box.current?.focus() }), [toEnd])

  const showEarlier = () => {
    holdPlace()
    setLimit(limit + pageSize)
  }

  // The window may not slide over what a reader is looking at: it grows while they are away from the end.
  const count = useRef(entries.length)
  useLayoutEffect(() => {
    const grown = entries.length - count.current
    count.current = entries.length
    if (atEnd) setLimit(current => (current > pageSize && grown > 0 ? pageSize : current))
    else if (grown > 0) setLimit(current => current + grown)
  }, [entries, atEnd])

  return (
    <div className="log-place">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div ref={box} className="log" role="log" aria-label={words.log.label(room)} aria-busy={loading} tabIndex={0}>
        <div className="log-content">
          {hiddenCount > 0 && (
            <button type="button" className="button-plain log-earlier" onClick={showEarlier}>
              {words.log.earlier(Math.min(hiddenCount, pageSize))}
            </button>
          )}
          {entries.length === 0 && <EmptyLog loading={loading} known={hasHistory} />}
          {days.map(day => (
            <section key={day.key} className="day">
              <h2 className="day-name">
                <span>{dayName(day.at, now)}</span>
              </h2>
              {day.groups.map(group => (
                <GroupView key={group.key} group={group} unsaved={unsaved} own={group.author.id === self} />
              ))}
            </section>
          ))}
        </div>
      </div>
      {!atEnd && (
        <button type="button" className="log-latest" onClick={toEnd}>
          <ArrowDown />
          {unseen > 0 ? words.log.fresh(unseen) : words.log.latest}
        </button>
      )}
    </div>
  )
}

function GroupView({ group, unsaved, own }: { group: Group; unsaved: Unsaved; own: boolean }) {
  const at = group.entries[0]?.message.at ?? 0
  return (
    <div className="group" data-own={own || undefined}>
      <Avatar person={group.author} />
      <div className="group-header">
        <bdi className="author">{group.author.name || words.log.nameless}</bdi>
        <time dateTime={new Date(at).toISOString()} title={fullTime(at)}>
          {clockTime(at)}
        </time>
      </div>
      {group.entries.map((entry, index) => (
        <MessageView
          key={entry.message.id}
          entry={entry}
          fate={own ? (unsaved.get(entry.message.id) ?? 'saved') : null}
          first={index === 0}
        />
      ))}
    </div>
  )
}

function EmptyLog({ loading, known }: { loading: boolean; known: boolean }) {
  if (loading || !known) return loading ? <p className="log-loading">{words.log.loading}</p> : null
  return (
    <div className="log-empty">
      <p>{words.log.empty}</p>
      <p className="hint">{words.log.emptyNext}</p>
    </div>
  )
}
