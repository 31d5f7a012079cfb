import { Extension } from '@tiptap/core'
import { Table, TableCell, TableHeader, TableRow } from '@tiptap/extension-table'
import { Plugin } from '@tiptap/pm/state'
import { fixTablesKey } from '@tiptap/pm/tables'
import { ySyncPluginKey } from '@tiptap/y-tiptap'
import { maxSpan } from './attributes.ts'

const span = (name: 'colspan' | 'rowspan') => ({
  default: 1,
  parseHTML: (element: HTMLElement) =>
    Math.min(Math.max(Math.trunc(Number(element.getAttribute(name))) || 1, 1), maxSpan),
})

const spans = { colspan: span('colspan'), rowspan: span('rowspan') }

/** As wide as what is in it: without columns that are dragged there are no widths to keep. */
const NoteTable = Table.extend({
  renderHTML() {
    return ['div', { class: 'note-table' }, ['table', ['tbody', 0]]]
  },
}).configure({ resizable: false, View: null })

const NoteCell = TableCell.extend({
  addAttributes() {
    return { ...this.parent?.(), ...spans }
  },
})

const NoteHeader = TableHeader.extend({
  addAttributes() {
    return { ...this.parent?.(), ...spans }
  },
})

/**
 * Two people who add a row and a column at the same time leave a row that is a cell short. The table plugin would add the
 * cell as soon as that arrives, in every open browser, and the cells of all of them would come together. So it mends
 * a table only when somebody changes it.
 */
const MendByHand = Extension.create({
  name: 'mendByHand',
  addProseMirrorPlugins() {
    return [
      new Plugin({
        // Of the state it would be added to: that of what has just arrived.
        filterTransaction: (transaction, state) =>
          transaction.getMeta(fixTablesKey) === undefined || ySyncPluginKey.getState(state)?.isChangeOrigin !== true,
      }),
    ]
  },
})

export const tables = [NoteTable, TableRow, NoteCell, NoteHeader, MendByHand]
