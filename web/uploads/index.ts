/** Files on their way to the server and back, for the page to show: see `docs/http.md`. */

export { type Attachment, isFileId, readAttachment } from './attachment.ts'
export { type FilesParts, fetchFile, fileUrl } from './files.ts'
export { FileProblem, type FileProblemCode } from './problem.ts'
export { Removals } from './removals.ts'
export type { Upload, UploadState } from './upload.ts'
export { openUploads, type Uploads, type UploadsParts } from './uploads.ts'
