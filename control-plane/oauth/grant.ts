/** What a person allowed a client to do, at one resource. Access and refresh tokens live only as long as it does. */
export interface Grant {
  readonly id: string
  readonly userId: string
  readonly clientId: string
}
