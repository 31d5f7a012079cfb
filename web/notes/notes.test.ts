// @vitest-environment happy-dom
import type { Editor } from '@tiptap/core'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { Stage, settle } from '../../client/react/test-support/stage.tsx'
import { isCursorIn } from './carets.ts'
import { noteSchema, openEditor } from './editor.ts'
import { fitOf, prune } from './fit.ts'
import { typedHref } from './link-mark.ts'
import { BODY, NoteSource } from './note-source.ts'
import { withoutStyles } from './pasted-html.ts'
import { readPicture } from './picture.ts'
import { PictureStore } from './picture-store.ts'

const open: Editor[] = []
const noPictures = new PictureStore(null)

function openOn(doc: Y.Doc, editable = true): Editor {
  const editor = openEditor({
    element: document.createElement('div'),
    doc,
    awareness: new Awareness(new Y.Doc()),
    editable,
    pictures: noPictures,
    placeholder: () => 'empty',
    addPictures: null,
    describePicture: () => undefined,
    editLink: () => undefined,
  })
  open.push(editor)
  return editor
}

afterEach(() => {
  for (const editor of open.splice(0)) editor.destroy()
  vi.useRealTimers()
})

/** Without writing: what plugins have added to what arrived would be written now. */
function look(editor: Editor): void {
  editor.view.dispatch(editor.state.tr)
}

const body = (doc: Y.Doc) => doc.getXmlFragment(BODY)

type Content = string | Y.XmlElement | Y.XmlText

function element(
  name: string,
  content: readonly Content[] = [],
  attributes: Record<string, unknown> = {},
): Y.XmlElement {
  const made = new Y.XmlElement<{ [key: string]: object | string | number }>(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value as object)
  made.insert(
    0,
    content.map(child => (typeof child === 'string' ? new Y.XmlText(child) : child)),
  )
  return made as Y.XmlElement
}

function linked(text: string, href: unknown): Y.XmlText {
  const made = new Y.XmlText()
  made.insert(0, text, { link: { href } })
  return made
}

function docOf(...content: Y.XmlElement[]): Y.Doc {
  const theirs = new Y.Doc()
  body(theirs).insert(0, content)
  return received(theirs)
}

/** The same content in another browser. */
function received(theirs: Y.Doc): Y.Doc {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(theirs))
  return doc
}

const cell = (text: string) => element('tableCell', [element('paragraph', [text])], { colspan: 1, rowspan: 1 })

/** What two people leave who add a row and a column at the same time. */
const ragged = () =>
  element('table', [
    element('tableRow', [cell('a'), cell('b')]),
    element('tableRow', [cell('c'), cell('d'), cell('e')]),
  ])

describe('whoever opens a note writes nothing', () => {
  test.each<[string, () => Y.XmlElement[]]>([
    ['an empty note', () => []],
    ['an address at the end of a paragraph', () => [element('paragraph', ['see https://example.org/a '])]],
    ['a table at the end', () => [element('table', [element('tableRow', [cell('a')])])]],
    ['a table with a row that is a cell short', () => [ragged()]],
    ['a picture of no known file', () => [element('picture', [], { file: '../../secret', width: -1, alt: 'x' })]],
    ['a link that nobody should follow', () => [element('paragraph', [linked('here', 'javascript:alert(1)')])]],
    ['an attribute left out', () => [element('heading', ['title']), element('codeBlock', ['a\nb'])]],
  ])('%s', (_, content) => {
    const doc = docOf(...content())
    const written = vi.fn()
    doc.on('update', written)
    look(openOn(doc))
    expect(written).not.toHaveBeenCalled()
  })

  test('nor does somebody who sees a table become ragged or a list arrive', () => {
    const doc = new Y.Doc()
    const editor = openOn(doc)
    const theirs = docOf(ragged(), element('paragraph', ['https://example.org/b ']))
    const origins: unknown[] = []
    doc.on('update', (_, origin) => origins.push(origin))
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(theirs), 'server')
    look(editor)
    expect(origins).toEqual(['server'])
    expect(body(doc).toString()).toBe(body(theirs).toString())
  })
})

test('two people who open an empty note at the same time find in it what they typed, once', () => {
  const [ours, theirs] = [new Y.Doc(), new Y.Doc()]
  openOn(ours).commands.insertContent('ours')
  openOn(theirs).commands.insertContent('theirs')
  Y.applyUpdate(ours, Y.encodeStateAsUpdate(theirs))
  Y.applyUpdate(theirs, Y.encodeStateAsUpdate(ours))
  expect(body(ours).toString()).toBe(body(theirs).toString())
  expect(
    body(ours)
      .toString()
      .match(/ours|theirs|paragraph/g)
      ?.sort(),
  ).toEqual(['ours', 'paragraph', 'paragraph', 'paragraph', 'paragraph', 'theirs'].sort())
})

describe('what this version does not know', () => {
  const foreign: [string, () => Y.XmlElement][] = [
    ['an element', () => element('callout', [element('paragraph', ['kept'])])],
    ['an element in another', () => element('blockquote', [element('callout', ['kept'])])],
    ['an attribute', () => element('paragraph', ['kept'], { tone: 'warm' })],
    ['a value', () => element('heading', ['kept'], { level: 9 })],
    [
      'a cell of a billion columns',
      () => element('table', [element('tableRow', [element('tableCell', [element('paragraph')], { colspan: 1e9 })])]),
    ],
    ['an element in a place where none was', () => element('heading', [element('picture', [], { file: 'a' })])],
    [
      'formatting',
      () => {
        const text = new Y.XmlText()
        text.insert(0, 'kept', { glow: {} })
        return element('paragraph', [text])
      },
    ],
    [
      'something in the text that is no text',
      () => {
        const text = new Y.XmlText('kept')
        text.insertEmbed(1, { formula: 'x' })
        return element('paragraph', [text])
      },
    ],
  ]

  test.each(foreign)('%s is seen, and stays when it arrives in an open note', async (_, make) => {
    const stage = new Stage()
    const room = await stage.room()
    const source = new NoteSource(room, noteSchema())
    const stop = source.start()
    await settle()
    expect(source.get()).toEqual({ kind: 'write', doc: room.doc })
    let editor = openOn(room.doc)
    source.onLeave(() => editor.destroy())
    source.subscribe(() => {
      const binding = source.get()
      if (binding.kind !== 'loading') editor = openOn(binding.doc, binding.kind === 'write')
    })
    editor.commands.insertContent('mine')
    await settle()
    await settle(() => stage.server.edit('room', doc => body(doc).push([make()])))
    expect(source.get()).toMatchObject({ kind: 'read', why: 'foreign' })
    expect(editor.getText()).toContain('mine')
    expect(body(room.doc).toString()).toBe(body(stage.server.doc('room')).toString())
    expect(body(room.doc).length).toBe(2)

    // Somebody takes it out again, and others may go on.
    await settle(() => stage.server.edit('room', doc => body(doc).delete(1, 1)))
    expect(source.get()).toEqual({ kind: 'write', doc: room.doc })
    editor.commands.insertContentAt(editor.state.doc.content.size - 1, ', again')
    await settle()
    expect(body(stage.server.doc('room')).toString()).toBe('<paragraph>mine, again</paragraph>')
    stop()
    expect(source.get()).toEqual({ kind: 'loading' })
  })

  test('is nothing that the editor writes itself', () => {
    const doc = new Y.Doc()
    const editor = openOn(doc)
    editor.view.pasteHTML(
      '<h1>a</h1><ol start="-3" type="i"><li>b</li></ol><pre><code class="language-a.b">c</code></pre>' +
        '<table><tr><td colspan="1000" rowspan="-2" colwidth="7">d</td><th align="right">e</th></tr></table>' +
        '<ul data-type="taskList"><li data-type="taskItem" data-checked="true">f</li></ul><blockquote>g</blockquote><hr>' +
        '<img data-file="abc" width="3" height="4" alt="h"><p><a href="https://example.org">i</a> <b>j</b></p>',
    )
    expect(editor.getText()).toMatch(/a.*b.*c.*d.*e.*f.*g.*i j/s)
    expect(body(doc).toString()).toContain('<picture')
    expect(fitOf(body(doc), noteSchema())).toBe('fits')
  })
})

test('an element whose content is still to come is waited for, and at last taken away', async () => {
  const stage = new Stage()
  const room = await stage.room()
  vi.useFakeTimers()
  const source = new NoteSource(room, noteSchema())
  const stop = source.start()
  await settle()
  await settle(() => stage.server.edit('room', doc => body(doc).push([element('bulletList')])))
  expect(source.get()).toMatchObject({ kind: 'read', why: 'unfinished' })
  await settle(() =>
    stage.server.edit('room', doc => {
      const [list] = body(doc).toArray()
      if (list instanceof Y.XmlElement) list.push([element('listItem', [element('paragraph', ['there'])])])
    }),
  )
  expect(source.get()).toMatchObject({ kind: 'write' })
  const editor = openOn(room.doc)
  source.onLeave(() => editor.destroy())
  expect(body(room.doc).toString()).toContain('there')

  await settle(() => stage.server.edit('room', doc => body(doc).push([element('bulletList')])))
  expect(source.get()).toMatchObject({ kind: 'read', why: 'unfinished' })
  await settle(() => vi.advanceTimersByTime(5_000))
  expect(source.get()).toMatchObject({ kind: 'write' })
  stop()
})

test('after edits were refused, the note is that of the room’s new document', async () => {
  const stage = new Stage()
  const room = await stage.room()
  const source = new NoteSource(room, noteSchema())
  const stop = source.start()
  await settle()
  const editor = openOn(room.doc)
  source.onLeave(() => editor.destroy())
  await stage.refuse(() => editor.commands.insertContent('refused'))
  expect(editor.isDestroyed).toBe(true)
  expect(source.get()).toEqual({ kind: 'write', doc: room.doc })
  expect(openOn(room.doc).getText()).toBe('')
  stop()
})

test('who may only read has a copy, and sends nothing whatever the note holds', async () => {
  const stage = new Stage()
  const room = await stage.room()
  const access = vi.spyOn(room, 'access', 'get').mockReturnValue('read')
  const source = new NoteSource(room, noteSchema())
  const stop = source.start()
  await settle()
  const binding = source.get()
  if (binding.kind !== 'read') throw new Error('the note can be written')
  expect(binding.why).toBe('access')
  const editor = openOn(binding.doc, false)
  const said = stage.server.said.length
  await settle(() =>
    stage.server.edit('room', doc => body(doc).push([element('paragraph', ['for all']), element('bulletList')])),
  )
  expect(editor.getText()).toContain('for all')
  expect(stage.server.said.slice(said)).toEqual([])
  expect(body(room.doc).length).toBe(2)
  access.mockReturnValue('write')
  stop()
})

test('whatever a stranger wrote, the note opens, and what does not fit stays in the room’s document', () => {
  const name = fc.constantFrom(
    'paragraph',
    'heading',
    'bulletList',
    'listItem',
    'taskItem',
    'table',
    'tableRow',
    'tableCell',
    'codeBlock',
    'picture',
    'text',
    'doc',
    'constructor',
    '__proto__',
    'x',
  )
  const attribute = fc.tuple(
    fc.constantFrom('level', 'file', 'width', 'colspan', 'href', 'start', 'style', '__proto__'),
    fc.jsonValue({ maxDepth: 1 }),
  )
  const mark = fc.tuple(
    fc.constantFrom('bold', 'link', 'code', 'x', 'constructor', '__proto__'),
    fc.jsonValue({ maxDepth: 2 }),
  )
  const { tree } = fc.letrec<{ tree: Y.XmlElement; text: Y.XmlText }>(tie => ({
    text: fc.tuple(fc.string(), mark).map(([text, [key, value]]) => {
      const made = new Y.XmlText()
      made.insert(0, text, Object.fromEntries([[key, value]]))
      return made
    }),
    tree: fc
      .tuple(
        name,
        fc.array(attribute, { maxLength: 2 }),
        fc.array(fc.oneof({ maxDepth: 3 }, tie('text'), tie('tree')), { maxLength: 3 }),
      )
      .map(([name, attributes, content]) => element(name, content, Object.fromEntries(attributes))),
  }))
  // Types of Yjs belong to one document: each run makes its own.
  fc.assert(
    fc.property(fc.noShrink(fc.array(tree, { maxLength: 4 })), content => {
      const doc = docOf(...content)
      const before = Y.encodeStateAsUpdate(doc)
      if (fitOf(body(doc), noteSchema()) !== 'foreign') return
      const copy = new Y.Doc()
      Y.applyUpdate(copy, before)
      prune(body(copy), noteSchema())
      expect(fitOf(body(copy), noteSchema())).not.toBe('foreign')
      const editor = openOn(copy, false)
      expect(() => editor.state.doc.check()).not.toThrow()
      expect(editor.view.dom.querySelector('[href^="javascript"], script, [onerror], [onclick]')).toBeNull()
      editor.destroy()
      expect(Y.encodeStateAsUpdate(doc)).toEqual(before)
    }),
    { numRuns: 60 },
  )
})

test('a note that is nested a thousand times opens, too', () => {
  const theirs = new Y.Doc()
  let inmost: Y.XmlFragment = body(theirs)
  for (let depth = 0; depth < 1_000; depth++) {
    const next = element('blockquote')
    inmost.insert(0, [next])
    inmost = next
  }
  const doc = received(theirs)
  expect(fitOf(body(doc), noteSchema())).toBe('foreign')
  prune(body(doc), noteSchema())
  expect(openOn(doc, false).getText()).toBe('')
})

test('pasted HTML brings what the note knows, and nothing that runs or dresses up', () => {
  const doc = new Y.Doc()
  const editor = openOn(doc)
  editor.view.pasteHTML(
    '<h2 style="position:fixed" class="dialog" onclick="alert(1)">Title</h2><script>alert(2)</script>' +
      '<p>a <a href="javascript:alert(3)">b</a> <a href="https://example.org/c" target="_top" class="x">c</a></p>' +
      '<img src="https://example.org/pixel.png" onerror="alert(4)"><iframe></iframe>' +
      '<svg><a href="javascript:alert(5)">d</a></svg><img data-file="../x" src="y">',
  )
  const written = body(doc).toString()
  expect(written).toContain('<heading level="2">Title</heading>')
  expect(written).toContain('<link href="https://example.org/c">c</link>')
  expect(written).not.toMatch(/style|class|alert|script|pixel|picture|target|data-/)
  expect(editor.view.dom.querySelector('script, iframe, [style], [onclick], [class="dialog"]')).toBeNull()
})

test('a link in the document that is not safe to open is shown as text', () => {
  const doc = docOf(
    element('paragraph', [
      linked('a', ' jAvAscript:alert(1)'),
      linked('b', { toString: 1 }),
      linked('c', 'mailto:ada@example.org'),
    ]),
  )
  const links = [...openOn(doc, false).view.dom.querySelectorAll('a')].map(link => [
    link.textContent,
    link.getAttribute('href'),
  ])
  expect(links).toEqual([['c', 'mailto:ada@example.org']])
})

test.each([
  ['https://example.org/a b', null],
  ['https://example.org', 'https://example.org/'],
  [' example.org/a ', 'https://example.org/a'],
  ['localhost.example:8080', 'https://localhost.example:8080/'],
  ['ada@example.org', 'mailto:ada@example.org'],
  ['javascript:alert(1)', null],
  ['JavaScript:alert.example', null],
  ['data:text/html,x.y', null],
  ['file:///etc/x.y', null],
  ['word', null],
  ['', null],
])('typed as an address, %j is %j', (typed, href) => {
  expect(typedHref(typed)).toBe(href)
})

test('a picture names its file in a way that leads nowhere else, and has a size', () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('abc-1', '..', 'a/b', 'a?b', '', 'blob:x'), fc.integer())
  fc.assert(
    fc.property(value, value, value, value, (file, width, height, alt) => {
      const picture = readPicture({ file, width, height, alt })
      if (picture === null) return
      expect(picture.file).toMatch(/^[\w-]+$/)
      expect(picture.width > 0 && picture.height > 0 && typeof picture.alt === 'string').toBe(true)
    }),
  )
  expect(readPicture({ file: 'abc-1', width: 30, height: 20, alt: 'x' })).toEqual({
    file: 'abc-1',
    width: 30,
    height: 20,
    alt: 'x',
  })
  for (const file of ['..', 'a/b', 'a?b', '', null, 7]) expect(readPicture({ file })).toBeNull()
})

test('what others announce as their place is only taken when it is one in the note', () => {
  const doc = docOf(element('paragraph', ['text']))
  const place = Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(body(doc), 1))
  expect(isCursorIn(doc, { anchor: place, head: place })).toBe(true)
  const elsewhere = Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(doc.getText('other'), 0))
  expect(isCursorIn(doc, { anchor: elsewhere, head: place })).toBe(false)
  const types = doc.share.size
  const id = fc.record({
    client: fc.oneof(fc.jsonValue(), fc.constant(doc.clientID)),
    clock: fc.oneof(fc.jsonValue(), fc.nat(5)),
  })
  const any = fc.oneof(
    fc.jsonValue(),
    fc.record({
      type: fc.oneof(id, fc.constant(null)),
      item: fc.oneof(id, fc.constant(null)),
      tname: fc.oneof(fc.constant(null), fc.string()),
      assoc: fc.jsonValue(),
    }),
  )
  fc.assert(fc.property(any, any, (anchor, head) => typeof isCursorIn(doc, { anchor, head }) === 'boolean'))
  expect(doc.share.size).toBe(types)
})

test('styles and handlers are taken out of what is pasted', () => {
  expect(withoutStyles('<p style="color:red" onclick=\'x()\' title="a">b</p>')).toBe('<p title="a">b</p>')
  expect(withoutStyles('<b style="font-weight:normal" id="docs">a</b>')).toBe('<span id="docs">a</b>')
  expect(withoutStyles('1 < 2 style="x"')).toBe('1 < 2 style="x"')
})
