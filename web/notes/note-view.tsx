import type { DocumentViewProps } from '../src/document-view.ts'
export default function View(props: DocumentViewProps) {
  return <p>{props.person.name}</p>
}
