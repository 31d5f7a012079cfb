import { useId, useRef, useState } from 'react'
import { words } from '../words/words.ts'
import { copyOf } from './copy.ts'
import { Problem } from './icons.tsx'
import type { Refused } from './refused.ts'

interface RefusedViewProps {
  refused: readonly Refused[]
  kept: boolean | null
  /** Something was decided, and the button for it is gone. */
  decided(): void
}

/** What the server refused and why, word for word, until somebody decides. */
export function RefusedView({ refused, kept, decided }: RefusedViewProps) {
  if (refused.length === 0) return null
  return (
    <section className="refused" aria-label={words.refused.label}>
      {refused.map(one => (
        <RefusedItem key={one.edits.at} refused={one} kept={kept} decided={decided} />
      ))}
    </section>
  )
}

interface RefusedItemProps extends Omit<RefusedViewProps, 'refused'> {
  refused: Refused
}

function RefusedItem({ refused: { edits, messages }, kept, decided }: RefusedItemProps) {
  const why = useId()
  const texts = useRef<HTMLUListElement>(null)
  const decide = (choice: 'retry' | 'discard') => {
    edits[choice]()
    decided()
  }
  return (
    <article className="banner" data-kind="refused" aria-labelledby={why}>
      <Problem />
      <p id={why} role="alert">
        <strong>{messages.length > 0 ? words.refused.messages(messages.length) : words.refused.other}</strong>{' '}
        {edits.message} {kept === false ? words.refused.notKept : words.refused.kept}
      </p>
      <span className="actions">
        <button type="button" className="button-plain" aria-describedby={why} onClick={() => decide('retry')}>
          {words.refused.retry}
        </button>
        {messages.length > 0 && (
          <CopyButton
            describedBy={why}
            copy={() => copyOf(messages.map(({ text }) => text).join('\n\n'), texts.current)}
          />
        )}
        <button type="button" className="button-plain" aria-describedby={why} onClick={() => decide('discard')}>
          {words.refused.discard}
        </button>
      </span>
      {messages.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <ul ref={texts} className="refused-texts" aria-label={words.refused.texts} tabIndex={0}>
          {messages.map(({ id, text }) => (
            <li key={id} dir="auto">
              {text}
            </li>
          ))}
        </ul>
      )}
    </article>
  )
}

/** Says what came of it in its own place, which is wide enough for every answer. */
function CopyButton({ copy, describedBy }: { copy(): Promise<boolean>; describedBy: string }) {
  const [said, setSaid] = useState<'copy' | 'copied' | 'selected'>('copy')
  const press = async () => setSaid((await copy()) ? 'copied' : 'selected')
  return (
    <>
      <button type="button" className="button-plain button-answers" aria-describedby={describedBy} onClick={press}>
        {(['copy', 'copied', 'selected'] as const).map(word => (
          <span key={word} data-said={word === said || undefined}>
            {words.refused[word]}
          </span>
        ))}
      </button>
      <span className="hidden" aria-live="polite">
        {said !== 'copy' && words.refused[said]}
      </span>
    </>
  )
}
