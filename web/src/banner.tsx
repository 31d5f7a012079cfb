import type { ConnectionState } from '../chat/connection.ts'
import { words } from '../words.ts'
import { Cloud, Problem } from './icons.tsx'

interface BannerProps {
  connection: ConnectionState
  /** How many messages the server has not shown to hold. */
  waiting: number
  kept: boolean | null
  retry(): void
}

/** One line about the connection, only when there is something to say. It lies over the log, so nothing jumps. */
export function Banner({ connection, waiting, kept, retry }: BannerProps) {
  const kind = connection.kind === 'online' && waiting > 0 ? 'slow' : connection.kind
  const closed = connection.kind === 'closed'
  return (
    <div className="banner-place" role="status">
      {kind !== 'online' && (
        <div className="banner" data-kind={kind} key={kind}>
          {closed ? <Problem /> : <Cloud />}
          <p>
            {connection.kind === 'closed'
              ? words.banner.closed(connection.reason)
              : words.banner[kind as Exclude<typeof kind, 'closed'>]}{' '}
            {kept === false ? words.banner.notKept : closed ? words.banner.keptOnly : words.banner.kept}{' '}
            {waiting > 0 && <span className="banner-count">{words.banner.waiting(waiting)}</span>}
          </p>
          {closed && (
            <button type="button" className="button-plain" onClick={retry}>
              {words.banner.retry}
            </button>
          )}
        </div>
      )}
    </div>
  )
}
