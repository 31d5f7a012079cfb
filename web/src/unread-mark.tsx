import { words } from '../words/words.ts'
import type { Unread } from './channel-tail.ts'

/** How much is new, and how much of that is for the reader: `@1 3` is three, one of them theirs; `@2` is two, both theirs. */
export function UnreadMark({ unread: { count, mentions, isMore } }: { unread: Unread }) {
  return (
    <span className="unread-mark">
      <span className="unread-counts" aria-hidden="true">
        {mentions > 0 && (
          <span className="badge" data-mention>
            @{mentions}
          </span>
        )}{' '}
        {(mentions < count || isMore) && (
          <span className="badge">
            {count}
            {isMore && '+'}
          </span>
        )}
      </span>
      <span className="hidden">{words.sidebar.unread(count, mentions, isMore)}</span>
    </span>
  )
}
