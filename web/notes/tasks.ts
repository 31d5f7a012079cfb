import { TaskItem, TaskList } from '@tiptap/extension-list'
import { words } from './words.ts'

/**
 * A task with its checkbox. The box is for the pointer and for screen readers, and no stop on the way out of the text:
 * at the cursor, Mod-Enter does the same.
 */
const NoteTask = TaskItem.extend({
  addKeyboardShortcuts() {
    return {
      ...this.parent?.(),
      'Mod-Enter': ({ editor }) => {
        if (!editor.isActive(this.name)) return false
        return editor.commands.updateAttributes(this.name, {
          checked: editor.getAttributes(this.name).checked !== true,
        })
      },
    }
  },

  addNodeView() {
    const make = this.parent?.()
    if (make == null) return null
    return props => {
      const view = make(props)
      const label = view.dom instanceof HTMLElement ? view.dom.querySelector('label') : null
      const box = label?.querySelector('input')
      if (box != null) box.tabIndex = -1
      // The box has its name already; here it would stand in the text a second time.
      label?.querySelector('span')?.remove()
      return view
    }
  },
}).configure({ nested: true, a11y: { checkboxLabel: node => words.task(node.firstChild?.textContent ?? '') } })

export const tasks = [TaskList.configure({ HTMLAttributes: { dir: 'auto' } }), NoteTask]
