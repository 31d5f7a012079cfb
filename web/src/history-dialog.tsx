import type { Shown } from '../chat/shown.ts'
import { Dialog } from '../ui/dialog.tsx'
import { words } from '../words/words.ts'
import { fullTime } from './times.ts'

/** What a message said before, the latest first. */
export default function HistoryDialog({ shown, close }: { shown: Shown; close(): void }) {
  return (
    <Dialog open title={words.message.history} close={close}>
      <ol className="history">
        {[...shown.history].reverse().map(({ text, at }, index) => (
          <li key={`${at} ${text}`}>
            <p className="hint">
              <time dateTime={new Date(at).toISOString()}>{fullTime(at)}</time>
              {index === 0 && ` · ${words.message.now}`}
              {index === shown.history.length - 1 && ` · ${words.message.original}`}
            </p>
            <p className="history-text" dir="auto">
              {text}
            </p>
          </li>
        ))}
      </ol>
    </Dialog>
  )
}
