/** Account of the server when root starts it. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}
