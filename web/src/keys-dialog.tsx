import { Dialog } from '../ui/dialog.tsx'
import { words } from '../words/words.ts'

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent)
const command = isApple ? '⌘' : 'Ctrl'

/** What can be done with the keyboard. */
export function KeysDialog({ open, close }: { open: boolean; close(): void }) {
  const { keys } = words
  const groups: readonly [string, readonly (readonly [readonly string[], string])[]][] = [
    [
      keys.everywhere,
      [
        [[command, 'K'], keys.switcher],
        [['Alt', 'U'], keys.nextUnread],
        [['?'], keys.these],
        [['Esc'], keys.back],
      ],
    ],
    [
      keys.writing,
      [
        [['Enter'], keys.send],
        [['Shift', 'Enter'], keys.newLine],
        [['↑'], keys.editLast],
        [['@'], keys.mention],
        [[command, 'B'], keys.bold],
        [[command, 'I'], keys.italic],
      ],
    ],
    [
      keys.reading,
      [
        [['↑', '↓'], keys.move],
        [['R'], keys.reply],
        [['E'], keys.edit],
        [['+'], keys.react],
        [['Delete'], keys.remove],
        [['End'], keys.latest],
      ],
    ],
  ]
  return (
    <Dialog open={open} title={keys.title} close={close}>
      <div className="keys">
        {groups.map(([title, rows]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {rows.map(([pressed, what]) => (
                <div key={what}>
                  <dt>
                    {pressed.map(key => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
