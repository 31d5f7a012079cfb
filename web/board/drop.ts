import type { Drop } from './dragging.ts'
import { type BoardEditing, spotOf } from './editing.ts'

/** What was dragged goes where it was dropped. */
export function dropOn(editing: BoardEditing, { dragged, target, isAfter }: Drop): void {
  if (dragged.kind === target.kind && dragged.id === target.id) return
  const board = editing.state.get()
  if (dragged.kind === 'column') {
    if (target.kind === 'column') {
      const others = board.columns.filter(column => column.id !== dragged.id)
      editing.moveColumn(dragged.id, others.findIndex(column => column.id === target.id) + (isAfter ? 1 : 0))
    }
    return
  }
  if (target.kind === 'column') {
    editing.moveCard(dragged.id, target.id, Number.POSITIVE_INFINITY)
    return
  }
  const spot = spotOf(board, target.id)
  // Somebody took the card it was dropped on meanwhile, or it has no column either.
  if (spot === null || spot.column === null) return
  const cards = board.columns.find(column => column.id === spot.column)?.cards ?? []
  const others = cards.filter(card => card.id !== dragged.id)
  const at = others.findIndex(card => card.id === target.id)
  editing.moveCard(dragged.id, spot.column, at + (isAfter ? 1 : 0))
}
