// Where oidc-provider keeps what it hands out: in memory, gone with the process, which is all a demo needs.
const kept = new Map();

export class Memory {
  constructor(kind) {
    this.kind = kind;
  }

  async upsert(id, payload, expiresIn) {
    const until = expiresIn ? Date.now() + expiresIn * 1000 : Infinity;
    kept.set(this.#key(id), { payload, until });
  }

  async find(id) {
    const found = kept.get(this.#key(id));
    if (found && found.until <= Date.now()) kept.delete(this.#key(id));
    return kept.get(this.#key(id))?.payload;
  }

  async findByUid(uid) {
    return this.#of((payload) => payload.uid === uid)?.[1].payload;
  }

  async findByUserCode(userCode) {
    return this.#of((payload) => payload.userCode === userCode)?.[1].payload;
  }

  async consume(id) {
    const payload = await this.find(id);
    if (payload) payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    kept.delete(this.#key(id));
  }

  async revokeByGrantId(grantId) {
    for (const [key, { payload }] of kept) {
      if (payload.grantId === grantId) kept.delete(key);
    }
  }

  #key(id) {
    return `${this.kind}:${id}`;
  }

  #of(wanted) {
    const mine = ([key, { payload, until }]) => key.startsWith(`${this.kind}:`) && until > Date.now() && wanted(payload);
    return [...kept].find(mine);
  }
}
