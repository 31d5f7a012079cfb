import { Clock, Close, Problem, Tick } from '../src/icons.tsx'
import { locale } from '../words/language.ts'
import { lazily } from '../words/lazily.ts'
import { fileSize } from './file-size.ts'
import { Again, Sheet } from './icons.tsx'
import { words } from './words.ts'

export interface PendingAttachment {
  readonly key: string
  readonly name: string
  /** In bytes, as is how much of it has been sent. */
  readonly size: number
  readonly sent: number
  readonly state: 'waiting' | 'sending' | 'done' | 'refused'
  /** Why it was refused and what to do, in the reader's language; null when the state says it all. */
  readonly message: string | null
}

interface PendingAttachmentsProps {
  attachments: readonly PendingAttachment[]
  remove(key: string): void
  retry(key: string): void
}

const percent = lazily(() => new Intl.NumberFormat(locale, { style: 'percent' }))

/** The files that go with the message, and how far each of them is. */
export function PendingAttachments({ attachments, remove, retry }: PendingAttachmentsProps) {
  if (attachments.length === 0) return null
  return (
    <ul className="pending" aria-label={words.pending.label}>
      {attachments.map(attachment => {
        const { key, name, size, state, message } = attachment
        return (
          <li key={key} data-state={state}>
            <Drawing state={state} />
            <span className="pending-text">
              <bdi className="pending-name" title={name}>
                {name}
              </bdi>
              <span className="pending-state">
                <bdi>{fileSize(size)}</bdi> · <bdi>{message ?? told(attachment)}</bdi>
              </span>
            </span>
            {state === 'refused' && (
              <button
                type="button"
                className="button-icon"
                aria-label={words.pending.retryFor(name)}
                title={words.pending.retry}
                onClick={() => retry(key)}
              >
                <Again />
              </button>
            )}
            <button
              type="button"
              className="button-icon"
              aria-label={words.pending.remove(name)}
              title={words.pending.remove(name)}
              onClick={() => remove(key)}
            >
              <Close />
            </button>
            {state === 'sending' && (
              <progress
                className="pending-progress"
                max={Math.max(1, size)}
                value={Math.min(attachment.sent, size)}
                aria-label={name}
              />
            )}
          </li>
        )
      })}
    </ul>
  )
}

function told({ state, sent, size }: PendingAttachment): string {
  if (state !== 'sending') return words.pending[state]
  return words.pending.sending(percent().format(size === 0 ? 1 : Math.min(1, sent / size)))
}

function Drawing({ state }: { state: PendingAttachment['state'] }) {
  if (state === 'waiting') return <Clock />
  if (state === 'done') return <Tick />
  return state === 'refused' ? <Problem /> : <Sheet />
}
