import type { EmojiData } from 'frimousse'
import { type KeyboardEvent, useEffect, useState } from 'react'
import { language } from '../words/language.ts'
import type { EmojiPanel } from './emoji-panel.tsx'
import { words } from './words.ts'

interface EmojiPickerProps {
  choose(emoji: string): void
  close(): void
}

type Loaded =
  | { readonly state: 'loading' }
  | { readonly state: 'failed' }
  | { readonly state: 'ready'; readonly Panel: typeof EmojiPanel; readonly data: EmojiData }

/** What one answers with most, with one press. */
export const quickReactions = ['👍', '❤️', '😂', '🎉', '😮', '🙏'] as const

/** Any emoji there is. It takes its room at once, and its drawings and names come when the first one opens. */
export function EmojiPicker({ choose, close }: EmojiPickerProps) {
  const [loaded, setLoaded] = useState<Loaded>({ state: 'loading' })
  const [attempt, setAttempt] = useState(0)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt loads again
  useEffect(() => {
    let isWanted = true
    load().then(
      ready => isWanted && setLoaded(ready),
      () => isWanted && setLoaded({ state: 'failed' }),
    )
    return () => {
      isWanted = false
    }
  }, [attempt])

  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    close()
  }
  const retry = () => {
    setLoaded({ state: 'loading' })
    setAttempt(attempt + 1)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape goes one step back from anything in it
    <div className="emoji-picker" onKeyDown={press}>
      {loaded.state === 'loading' && (
        <p className="hint emoji-loading" role="status">
          {words.emoji.loading}
        </p>
      )}
      {loaded.state === 'failed' && (
        <div className="emoji-failed" role="alert">
          <p className="hint">{words.emoji.failed}</p>
          <button type="button" className="button-plain" onClick={retry}>
            {words.emoji.retry}
          </button>
        </div>
      )}
      {loaded.state === 'ready' && <loaded.Panel data={loaded.data} choose={choose} />}
    </div>
  )
}

async function load(): Promise<Loaded> {
  const [{ EmojiPanel }, { emojiData }] = await Promise.all([import('./emoji-panel.tsx'), import('./emoji-data.ts')])
  return { state: 'ready', Panel: EmojiPanel, data: await emojiData(language) }
}
