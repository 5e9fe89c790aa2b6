import type { User } from '../identity/user.ts'

/** What a person is asked for a device that cannot open a browser. */
export interface DeviceQuestion {
  readonly userCode: string
  readonly clientId: string
  /** As the client calls itself: nobody checked it. */
  readonly clientName: string
  readonly resource: string
  readonly scope: string
  /** Where the device asked from. */
  readonly address: string
}

/** Open device authorization requests (RFC 8628). */
export interface DeviceRequests {
  /** By the code that the device shows; undefined when there is none, or it was answered or has expired. */
  find(userCode: string): Promise<DeviceQuestion | undefined>
  /** Whether this answer was the one that counted. */
  allow(question: DeviceQuestion, user: User): Promise<boolean>
  deny(question: DeviceQuestion): Promise<boolean>
}
