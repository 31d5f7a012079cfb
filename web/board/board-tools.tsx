import type { Undo as History } from '../../client/react/index.ts'
import { useBoardParts } from './board-context.ts'
import { Redo, Undo } from './icons.tsx'
import { words } from './words.ts'

interface BoardToolsProps {
  history: Pick<History, 'canUndo' | 'canRedo'>
  undo(): void
  redo(): void
}

/** The line above the columns. */
export function BoardTools({ history, undo, redo }: BoardToolsProps) {
  const { isReadOnly } = useBoardParts()
  if (isReadOnly) {
    return (
      <div className="board-tools">
        <p className="hint">{words.readOnly}</p>
      </div>
    )
  }
  const steps = [
    { label: words.undo, drawing: <Undo />, isOff: !history.canUndo, go: undo },
    { label: words.redo, drawing: <Redo />, isOff: !history.canRedo, go: redo },
  ]
  return (
    <div className="board-tools">
      {steps.map(({ label, drawing, isOff, go }) => (
        <button
          key={label}
          type="button"
          className="button-icon"
          aria-label={label}
          title={label}
          disabled={isOff}
          onClick={go}
        >
          {drawing}
        </button>
      ))}
    </div>
  )
}
