import type { Editor } from '@tiptap/core'
import { DropdownMenu, Toolbar as Radix } from 'radix-ui'
import { type ComponentProps, type ReactNode, useRef, useState } from 'react'
import { MenuItem, MenuLine } from '../ui/menu.tsx'
import { type BlockKind, type EditorState, useEditorState } from './editor-state.ts'
import {
  Bold,
  Bullets,
  Chevron,
  Code,
  Italic,
  LinkIcon,
  Numbers,
  PictureIcon,
  Quote,
  Redo,
  Rule,
  Strike,
  TableIcon,
  Tasks,
  Undo,
} from './icons.tsx'
import { keysOf } from './keys.ts'
import { pictureTypes } from './picture.ts'
import { words } from './words.ts'

interface ToolbarProps {
  editor: Editor | null
  editLink(): void
  /** Null where no pictures can be added. */
  addPictures: ((files: readonly File[]) => void) | null
}

/** What can be done with the text, in one row. A click leaves the cursor in the text where it is. */
export function Toolbar({ editor, editLink, addPictures }: ToolbarProps) {
  const state = useEditorState(editor)
  const run = (command: (chain: ReturnType<Editor['chain']>) => ReturnType<Editor['chain']>) => () => {
    if (editor !== null && !editor.isDestroyed) command(editor.chain()).scrollIntoView().run()
  }
  return (
    <Radix.Root className="note-tools" aria-label={words.tools} onMouseDown={event => event.preventDefault()}>
      <BlockMenu editor={editor} state={state} run={run} />
      <Radix.Separator className="note-tools-line" />
      <Tool
        label={words.bold}
        keys="Mod-B"
        isOn={state.bold}
        disabled={!state.canMark}
        press={run(c => c.toggleBold())}
      >
        <Bold />
      </Tool>
      <Tool
        label={words.italic}
        keys="Mod-I"
        isOn={state.italic}
        disabled={!state.canMark}
        press={run(c => c.toggleItalic())}
      >
        <Italic />
      </Tool>
      <Tool
        label={words.strike}
        keys="Mod-Shift-S"
        isOn={state.strike}
        disabled={!state.canMark}
        press={run(c => c.toggleStrike())}
      >
        <Strike />
      </Tool>
      <Tool
        label={words.code}
        keys="Mod-E"
        isOn={state.code}
        disabled={!state.canMark}
        press={run(c => c.toggleCode())}
      >
        <Code />
      </Tool>
      <Tool label={words.link.button} keys="Mod-K" isOn={state.link} disabled={!state.canMark} press={editLink}>
        <LinkIcon />
      </Tool>
      <Radix.Separator className="note-tools-line" />
      <Tool label={words.bullets} keys="Mod-Shift-8" isOn={state.bulletList} press={run(c => c.toggleBulletList())}>
        <Bullets />
      </Tool>
      <Tool label={words.numbers} keys="Mod-Shift-7" isOn={state.orderedList} press={run(c => c.toggleOrderedList())}>
        <Numbers />
      </Tool>
      <Tool label={words.tasks} keys="Mod-Shift-9" isOn={state.taskList} press={run(c => c.toggleTaskList())}>
        <Tasks />
      </Tool>
      <Tool label={words.quote} keys="Mod-Shift-B" isOn={state.blockquote} press={run(c => c.toggleBlockquote())}>
        <Quote />
      </Tool>
      <Radix.Separator className="note-tools-line" />
      {addPictures !== null && <PictureTool add={addPictures} />}
      <TableMenu editor={editor} state={state} run={run} />
      <Tool label={words.rule} press={run(c => c.setHorizontalRule())}>
        <Rule />
      </Tool>
      <Radix.Separator className="note-tools-line" />
      <Tool label={words.undo} keys="Mod-Z" disabled={!state.canUndo} press={run(c => c.undo())}>
        <Undo />
      </Tool>
      <Tool label={words.redo} keys="Mod-Shift-Z" disabled={!state.canRedo} press={run(c => c.redo())}>
        <Redo />
      </Tool>
    </Radix.Root>
  )
}

interface ToolProps {
  label: string
  keys?: string
  isOn?: boolean
  disabled?: boolean
  press(): void
  children: ReactNode
}

function Tool({ label, keys, isOn, disabled = false, press, children }: ToolProps) {
  const title = keys === undefined ? label : `${label} (${keysOf(keys)})`
  return (
    <Radix.Button
      className="button-icon"
      aria-label={label}
      aria-pressed={isOn}
      // One that is disabled keeps its place in the row for the arrow keys.
      aria-disabled={disabled}
      title={title}
      onClick={() => {
        if (!disabled) press()
      }}
    >
      {children}
    </Radix.Button>
  )
}

interface ToolMenuProps {
  editor: Editor | null
  state: EditorState
  run(command: (chain: ReturnType<Editor['chain']>) => ReturnType<Editor['chain']>): () => void
}

const kinds: readonly BlockKind[] = ['text', 'heading1', 'heading2', 'heading3', 'codeBlock']

function BlockMenu({ editor, state, run }: ToolMenuProps) {
  const change: Record<BlockKind, () => void> = {
    text: run(c => c.setParagraph()),
    heading1: run(c => c.setHeading({ level: 1 })),
    heading2: run(c => c.setHeading({ level: 2 })),
    heading3: run(c => c.setHeading({ level: 3 })),
    codeBlock: run(c => c.setCodeBlock()),
  }
  const trigger = (
    <Radix.Button className="button-plain note-block" title={words.block.label}>
      <span className="hidden">{words.block.label}: </span>
      <span className="button-answers">
        {kinds.map(kind => (
          <span key={kind} data-said={kind === state.block || undefined} aria-hidden={kind !== state.block}>
            {words.block[kind]}
          </span>
        ))}
      </span>
      <Chevron />
    </Radix.Button>
  )
  return (
    <ToolMenu trigger={trigger} editor={editor} align="start">
      {kinds.map(kind => (
        <MenuItem key={kind} choose={change[kind]}>
          <span className={`note-block-${kind}`}>{words.block[kind]}</span>
        </MenuItem>
      ))}
    </ToolMenu>
  )
}

function TableMenu({ editor, state, run }: ToolMenuProps) {
  if (!state.table) {
    return (
      <Tool
        label={words.table.insert}
        isOn={false}
        press={run(c => c.insertTable({ rows: 3, cols: 3, withHeaderRow: true }))}
      >
        <TableIcon />
      </Tool>
    )
  }
  const trigger = (
    <Radix.Button
      className="button-icon"
      aria-label={words.table.button}
      aria-pressed="true"
      title={words.table.button}
    >
      <TableIcon />
    </Radix.Button>
  )
  return (
    <ToolMenu trigger={trigger} editor={editor} align="end">
      <MenuItem choose={run(c => c.addRowBefore())}>{words.table.rowAbove}</MenuItem>
      <MenuItem choose={run(c => c.addRowAfter())}>{words.table.rowBelow}</MenuItem>
      <MenuItem choose={run(c => c.addColumnBefore())}>{words.table.columnBefore}</MenuItem>
      <MenuItem choose={run(c => c.addColumnAfter())}>{words.table.columnAfter}</MenuItem>
      <MenuLine />
      <MenuItem choose={run(c => c.toggleHeaderRow())}>{words.table.header}</MenuItem>
      <MenuLine />
      <MenuItem choose={run(c => c.deleteRow())}>{words.table.deleteRow}</MenuItem>
      <MenuItem choose={run(c => c.deleteColumn())}>{words.table.deleteColumn}</MenuItem>
      <MenuItem isDanger choose={run(c => c.deleteTable())}>
        {words.table.deleteTable}
      </MenuItem>
    </ToolMenu>
  )
}

interface ToolMenuFrame extends Pick<ComponentProps<typeof DropdownMenu.Content>, 'align'> {
  trigger: ReactNode
  editor: Editor | null
  children: ReactNode
}

/** A menu of the toolbar: after a choice one writes on, so the focus goes to the text. */
function ToolMenu({ trigger, editor, align, children }: ToolMenuFrame) {
  const hasChosen = useRef(false)
  const button = useRef<HTMLButtonElement>(null)
  const [place, setPlace] = useState<Element | null>(null)
  return (
    <DropdownMenu.Root
      modal={false}
      onOpenChange={isOpen => {
        if (!isOpen) return
        hasChosen.current = false
        // In the part of the page that the toolbar is in, so that whoever goes from part to part meets it.
        setPlace(button.current?.closest('main') ?? null)
      }}
    >
      <DropdownMenu.Trigger asChild ref={button}>
        {trigger}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={place}>
        <DropdownMenu.Content
          className="menu"
          align={align}
          sideOffset={4}
          collisionPadding={8}
          onClick={() => {
            hasChosen.current = true
          }}
          onCloseAutoFocus={event => {
            if (!hasChosen.current || editor === null || editor.isDestroyed) return
            event.preventDefault()
            editor.view.focus()
          }}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

function PictureTool({ add }: { add(files: readonly File[]): void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Tool label={words.picture.button} press={() => input.current?.click()}>
        <PictureIcon />
      </Tool>
      <input
        ref={input}
        type="file"
        accept={pictureTypes.join(',')}
        multiple
        hidden
        aria-label={words.picture.button}
        onChange={({ target }) => {
          add([...(target.files ?? [])])
          target.value = ''
        }}
      />
    </>
  )
}
