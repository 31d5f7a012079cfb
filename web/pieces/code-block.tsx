import { useRef, useState } from 'react'
import { copyOf } from '../src/copy.ts'
import { Copy, Tick } from '../src/icons.tsx'
import { words } from './words.ts'

/** Code as it was written, with its own scrolling, and a button that copies it. */
export function CodeBlock({ text }: { text: string }) {
  const code = useRef<HTMLElement>(null)
  const [said, setSaid] = useState<'copied' | 'selected' | null>(null)
  const press = async () => setSaid((await copyOf(text, code.current)) ? 'copied' : 'selected')
  return (
    <div className="code-block">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways is reached by keyboard, too */}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would group fields */}
      <pre tabIndex={0} role="group" aria-label={words.code.label} dir="ltr">
        <code ref={code}>{text}</code>
      </pre>
      <button
        type="button"
        className="button-icon"
        aria-label={words.code.copy}
        title={words.code.copy}
        onClick={() => void press()}
        onBlur={() => setSaid(null)}
      >
        {said === 'copied' ? <Tick /> : <Copy />}
      </button>
      <span className="hidden" role="status">
        {said !== null && words.code[said]}
      </span>
    </div>
  )
}
