/**
 * Whether the content of a note is what this version of the editor knows. The binding of Yjs and ProseMirror deletes,
 * for everybody, what does not fit its schema, as soon as it sees it. After edits at the same time that mends a note: a
 * list that two people emptied is taken away. But what a newer version or another program wrote would be lost by being
 * looked at, and so would a large paste of which only the first part has arrived. So the content is judged first.
 */

import type { ContentMatch, MarkType, NodeType, Schema } from '@tiptap/pm/model'
import * as Y from 'yjs'
import { areAttributes } from './attributes.ts'

/**
 * `fits`: the editor may have it. `unfinished`: an element whose content has never been there. `foreign`: something that
 * this version would lose.
 */
export type Fit = 'fits' | 'unfinished' | 'foreign'

/** Deeper than anybody writes, and shallow enough for the recursion of the editor. */
const maxDepth = 100

export function fitOf(fragment: Y.XmlFragment, schema: Schema): Fit {
  return judge(fragment, schema.topNodeType, 0, null)
}

/** Takes away what does not fit. For a copy of the note that nobody else sees. */
export function prune(fragment: Y.XmlFragment, schema: Schema): void {
  judge(fragment, schema.topNodeType, 0, drop)
}

type Misfit =
  | { readonly kind: 'child'; readonly parent: Y.XmlFragment; readonly index: number }
  | { readonly kind: 'attribute'; readonly element: Y.XmlElement; readonly name: string }
  | {
      readonly kind: 'mark'
      readonly text: Y.XmlText
      readonly index: number
      readonly length: number
      readonly name: string
    }
  | { readonly kind: 'embed'; readonly text: Y.XmlText; readonly index: number }

/** With `found` everything is looked at; without, it ends with the first that is foreign. */
function judge(parent: Y.XmlFragment, type: NodeType, depth: number, found: ((misfit: Misfit) => void) | null): Fit {
  let fit: Fit = parent._start === null && depth > 0 && !type.contentMatch.validEnd ? 'unfinished' : 'fits'
  const allowed = childrenOf(type)
  const children: unknown[] = parent.toArray()
  // From the end, so that what is taken away moves nothing that is still to come.
  for (let index = children.length - 1; index >= 0; index--) {
    const child = children[index]
    const childFit = judgeChild(child, type, allowed, depth, found)
    if (childFit === 'foreign' && found === null) return 'foreign'
    if (childFit === 'foreign') found?.({ kind: 'child', parent, index })
    else if (childFit === 'unfinished') fit = 'unfinished'
  }
  return fit
}

function judgeChild(
  child: unknown,
  parent: NodeType,
  allowed: ReadonlySet<string>,
  depth: number,
  found: ((misfit: Misfit) => void) | null,
): Fit {
  if (child instanceof Y.XmlText) return allowed.has('text') ? judgeText(child, parent, found) : 'foreign'
  if (!(child instanceof Y.XmlElement) || depth >= maxDepth || !allowed.has(child.nodeName)) return 'foreign'
  const type = parent.schema.nodes[child.nodeName]
  const attributes: Record<string, unknown> = child.getAttributes()
  for (const name of Object.keys(attributes)) {
    if (Object.hasOwn(type.spec.attrs ?? {}, name)) continue
    if (found === null) return 'foreign'
    found({ kind: 'attribute', element: child, name })
  }
  return areAttributes(child.nodeName, attributes) ? judge(child, type, depth + 1, found) : 'foreign'
}

function judgeText(text: Y.XmlText, parent: NodeType, found: ((misfit: Misfit) => void) | null): Fit {
  const delta: { insert: unknown; attributes?: Record<string, unknown> }[] = text.toDelta()
  let index = 0
  for (const { insert, attributes = {} } of delta) {
    if (typeof insert !== 'string') {
      if (found === null) return 'foreign'
      found({ kind: 'embed', text, index })
      continue
    }
    for (const [name, value] of Object.entries(attributes)) {
      if (isMark(parent.schema.marks[name], value, parent)) continue
      if (found === null) return 'foreign'
      found({ kind: 'mark', text, index, length: insert.length, name })
    }
    index += insert.length
  }
  return 'fits'
}

function isMark(type: MarkType | undefined, value: unknown, parent: NodeType): boolean {
  if (type === undefined || !parent.allowsMarkType(type) || typeof value !== 'object' || value === null) return false
  return Object.keys(value).every(name => Object.hasOwn(type.spec.attrs ?? {}, name))
}

function drop(misfit: Misfit): void {
  if (misfit.kind === 'child') misfit.parent.delete(misfit.index, 1)
  else if (misfit.kind === 'attribute') misfit.element.removeAttribute(misfit.name)
  else if (misfit.kind === 'embed') misfit.text.delete(misfit.index, 1)
  else misfit.text.format(misfit.index, misfit.length, { [misfit.name]: null })
}

const allowedOf = new WeakMap<NodeType, ReadonlySet<string>>()

/** The names of everything that may be in a node, at whatever place in it. */
function childrenOf(type: NodeType): ReadonlySet<string> {
  const known = allowedOf.get(type)
  if (known !== undefined) return known
  const names = new Set<string>()
  const seen = new Set<ContentMatch>()
  const states = [type.contentMatch]
  for (let match = states.pop(); match !== undefined; match = states.pop()) {
    if (seen.has(match)) continue
    seen.add(match)
    for (let at = 0; at < match.edgeCount; at++) {
      const edge = match.edge(at)
      names.add(edge.type.name)
      states.push(edge.next)
    }
  }
  allowedOf.set(type, names)
  return names
}
