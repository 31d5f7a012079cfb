import { memo, type ReactNode } from 'react'
import type { Fate } from '../../client/index.ts'
import { segments } from '../chat/links.ts'
import type { Entry } from '../chat/log.ts'
import { maxTextLength } from '../chat/message.ts'
import { words } from '../words/words.ts'
import { Clock, Problem, Tick, Ticks } from './icons.tsx'
import { clockTime, fullTime } from './times.ts'

interface MessageViewProps {
  entry: Entry
  /** Where it is; null of what others wrote, which nobody sees before it is saved. */
  fate: Fate | null
  /** Whether the group's header already says who and when. */
  first: boolean
}

/** One message. Its text is text: nothing in it is ever read as markup. */
export const MessageView = memo(function MessageView({ entry, fate, first }: MessageViewProps) {
  const { id, author, at, text } = entry.message
  const shown = text.length > maxTextLength ? `${text.slice(0, maxTextLength).replace(/\p{Surrogate}$/u, '')}…` : text
  return (
    <div className="message" data-message={id}>
      {!first && (
        <>
          <span className="hidden">{words.log.continued(author.name || words.log.nameless, clockTime(at))}</span>
          <time className="message-time" dateTime={new Date(at).toISOString()} title={fullTime(at)} aria-hidden="true">
            {clockTime(at)}
          </time>
        </>
      )}
      <p className="message-text" dir="auto">
        {segments(shown).map((segment, index) =>
          segment.kind === 'text' ? (
            segment.text
          ) : (
            <a
              // biome-ignore lint/suspicious/noArrayIndexKey: a message never changes, so neither do its pieces
              key={index}
              href={segment.href}
              target="_blank"
              rel="noopener noreferrer nofollow ugc"
              dir="ltr"
            >
              {segment.text}
              <span className="hidden"> ({words.log.newTab})</span>
            </a>
          ),
        )}
      </p>
      {shown !== text && <p className="hint">{words.log.cut}</p>}
      <span className="message-state">{fate !== null && <Mark fate={fate} />}</span>
    </div>
  )
})

const drawings: Record<Fate, () => ReactNode> = { waiting: Clock, sent: Tick, saved: Ticks, refused: Problem }

/** The same element whatever it says: what is new in a log is read aloud, and a mark should not be. */
function Mark({ fate }: { fate: Fate }) {
  const Drawing = drawings[fate]
  return (
    <span className="mark" data-fate={fate} role="img" aria-label={words.fate[fate]} title={words.fate[fate]}>
      <Drawing />
    </span>
  )
}
