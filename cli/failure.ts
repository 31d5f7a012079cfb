/** Something a person can mend: printed as a sentence, without a stack. */
export class Failure extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Failure'
  }
}
