import { Adding } from './adding.tsx'
import { useArrival, useBoardParts } from './board-context.ts'
import { Columns } from './icons.tsx'
import { words } from './words.ts'

/** A board with nothing on it: how to begin, when it is known that there is nothing. */
export function EmptyView() {
  const { room, editing, isReadOnly, focusAfter } = useBoardParts()
  const arrival = useArrival(room)
  if (arrival === 'coming') {
    return (
      <div className="board-empty" data-coming>
        <p className="hint">{words.empty.loading}</p>
      </div>
    )
  }
  const teach = arrival === 'away' ? words.empty.away : words.empty.teach
  return (
    <div className="board-empty">
      <Columns />
      <h2>{words.empty.title}</h2>
      <p>{isReadOnly ? words.empty.readOnly : teach}</p>
      {!isReadOnly && (
        <div className="board-empty-begin">
          <button type="button" className="button-main" onClick={() => focusAfter(() => editing.begin(), null)}>
            {words.empty.begin}
          </button>
          <Adding
            label={words.column.add}
            longLabel={words.column.add}
            fieldLabel={words.column.name}
            add={title => editing.addColumn(title)}
          />
        </div>
      )}
    </div>
  )
}
