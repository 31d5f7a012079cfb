import type { ReactNode } from 'react'
import { Close } from '../src/icons.tsx'

interface ComposerBarProps {
  icon: ReactNode
  title: string
  /** What it is about, in somebody's words; null when the title says it all. */
  text: string | null
  cancelLabel: string
  cancel(): void
}

/** Over the field: what the next message answers or changes. */
export function ComposerBar({ icon, title, text, cancelLabel, cancel }: ComposerBarProps) {
  return (
    <div className="composer-bar">
      {icon}
      <p>
        <bdi className="composer-bar-title">{title}</bdi>
        {text !== null && <bdi className="composer-bar-text">{text}</bdi>}
      </p>
      <button type="button" className="button-icon" aria-label={cancelLabel} title={cancelLabel} onClick={cancel}>
        <Close />
      </button>
    </div>
  )
}
