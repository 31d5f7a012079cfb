import type { Connection } from '../chat/connection.ts'
import { words } from '../words/words.ts'
import { Clock, Cloud, Problem } from './icons.tsx'

/** What the room holds, which people call by another name. */
type Subject = 'channel' | 'document'

interface BannerProps {
  about: Subject
  connection: Connection
  /** How many messages are not on the server's disk. */
  waiting: number
  kept: boolean | null
  retry(): void
  reconcile(choice: 'merge' | 'discard'): void
  /** Something was decided, and the button for it will go. */
  decided(): void
}

/** One line about the connection, only when there is something to say. */
export function Banner({ about, connection, waiting, kept, retry, reconcile, decided }: BannerProps) {
  const kind = connection.kind === 'online' && connection.isSlow ? 'slow' : connection.kind
  const isProblem = kind === 'closed' || kind === 'replaced'
  return (
    <div className="banner-place" role="status">
      {kind !== 'online' && (
        <div className="banner" data-kind={kind} key={kind}>
          {isProblem ? <Problem /> : kind === 'slow' ? <Clock /> : <Cloud />}
          <p>
            {saying(connection, kind, about)} {keeping(kind, about, kept !== false, waiting)}{' '}
            {waiting > 0 && kind !== 'replaced' && (
              <span className="banner-count">{words.banner.waiting(waiting)}</span>
            )}
          </p>
          {kind === 'closed' && <Actions decided={decided} choices={[[words.banner.retry, retry]]} />}
          {kind === 'replaced' && (
            <Actions
              decided={decided}
              choices={[
                [words.banner.merge, () => reconcile('merge')],
                [words.banner.discard, () => reconcile('discard')],
              ]}
            />
          )}
        </div>
      )}
    </div>
  )
}

function Actions({ choices, decided }: { choices: readonly [string, () => void][]; decided(): void }) {
  return (
    <span className="actions">
      {choices.map(([name, act]) => (
        <button
          key={name}
          type="button"
          className="button-plain"
          onClick={() => {
            act()
            decided()
          }}
        >
          {name}
        </button>
      ))}
    </span>
  )
}

type Kind = Connection['kind'] | 'slow'

function saying(connection: Connection, kind: Kind, about: Subject): string {
  if (connection.kind === 'closed') return words.banner[about].closed(connection.reason)
  if (kind === 'replaced') return words.banner[about].replaced
  return kind === 'closed' || kind === 'online' ? '' : words.banner[kind]
}

/** What becomes of what one has written. */
function keeping(kind: Kind, about: Subject, isKept: boolean, waiting: number): string {
  const said = words.banner[about]
  if (kind === 'replaced') return isKept ? said.keptOld(waiting) : words.banner.notKeptOld
  if (!isKept) return said.notKept
  return kind === 'closed' ? said.keptOnly : said.kept
}
