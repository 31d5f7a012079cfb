import { memo } from 'react'
import { segments } from '../chat/links.ts'
import type { Entry } from '../chat/log.ts'
import { maxTextLength } from '../chat/message.ts'
import { words } from '../words.ts'
import { Clock } from './icons.tsx'
import { clockTime, fullTime } from './times.ts'

interface MessageViewProps {
  entry: Entry
  waiting: boolean
  /** Whether the group's header already says who and when. */
  first: boolean
}

/** One message. Its text is text: nothing in it is ever read as markup. */
export const MessageView = memo(function MessageView({ entry, waiting, first }: MessageViewProps) {
  const { id, author, at, text } = entry.message
  const shown = text.length > maxTextLength ? `${text.slice(0, maxTextLength).replace(/\p{Surrogate}$/u, '')}…` : text
  return (
    <div className="message" data-message={id} data-waiting={waiting || undefined}>
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
      <span className="message-state">
        {waiting && (
          <span className="waiting" role="img" aria-label={words.log.waiting} title={words.log.waiting}>
            <Clock />
          </span>
        )}
      </span>
    </div>
  )
})
