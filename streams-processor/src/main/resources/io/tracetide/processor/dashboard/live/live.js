/**
 * Changes over the WebSocket `/monitoring/live`: subscriptions that resume after the connection was lost, and that can be paused.
 *
 *   const live = new Live();
 *   const end = live.subscribe('subscribe_anomalies', { timeRange: '15m' }, message => show(message.anomalies));
 *   live.onState = state => write(where, state);
 *
 * The protocol is in docs/live.md.
 */

/** @typedef {'connecting' | 'live' | 'lost' | 'paused' | 'ended'} State */
/** @typedef {Record<string, string | string[] | undefined>} Parameters */

/** @typedef {{topic: string, parameters: Parameters, receive: (message: any) => void, position: string | null, refused: boolean}} Subscription */

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
/** The server sends a heartbeat every 15 s. */
const SILENCE_MS = 40_000;

export class Live {
  /** @param {(state: State) => void} onState */
  constructor(onState) {
    this.onState = onState;
    /** @type {State} */
    this.state = 'connecting';
    /** @type {Map<string, Subscription>} */
    this.subscriptions = new Map();
    /** @type {WebSocket | null} */
    this.socket = null;
    this.waitMs = FIRST_WAIT_MS;
    this.number = 0;
    this.timer = 0;
    this.watch = 0;
    this.messages = 0;
  }

  /**
   * @param {'subscribe_metrics' | 'subscribe_anomalies' | 'subscribe_traces'} topic
   * @param {Parameters} parameters
   * @param {(message: any) => void} receive gets each update; `snapshot` says that it replaces everything
   * @returns {() => void} ends the subscription
   */
  subscribe(topic, parameters, receive) {
    const id = `s${++this.number}`;
    this.subscriptions.set(id, { topic, parameters, receive, position: null, refused: false });
    if (this.state === 'live') this.ask(id);
    else this.start();
    return () => {
      if (this.subscriptions.delete(id) && this.state === 'live') this.send({ type: topic.replace('subscribe', 'unsubscribe'), id });
    };
  }

  /** Connects, unless it is connected, paused or has ended. */
  start() {
    if (this.socket === null && this.state !== 'paused' && this.state !== 'ended') this.connect();
  }

  /** Stops updates. They continue where they stopped, if the server still has them, else with the present state. */
  pause() {
    if (this.state === 'ended') return;
    this.become('paused');
    this.drop();
  }

  resume() {
    if (this.state !== 'paused') return;
    this.waitMs = FIRST_WAIT_MS;
    this.connect();
  }

  /** Ends for good, for example because the session has. */
  end() {
    this.become('ended');
    this.drop();
  }

  drop() {
    clearTimeout(this.timer);
    clearTimeout(this.watch);
    const { socket } = this;
    this.socket = null;
    socket?.close(1000);
  }

  /** @param {State} state */
  become(state) {
    if (this.state === state) return;
    this.state = state;
    this.onState(state);
  }

  connect() {
    clearTimeout(this.timer);
    if (this.state !== 'lost') this.become('connecting');
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/monitoring/live`);
    this.socket = socket;
    socket.onopen = () => {
      if (this.socket !== socket) return;
      this.waitMs = FIRST_WAIT_MS;
      this.become('live');
      this.heard(socket);
      for (const id of this.subscriptions.keys()) this.ask(id);
    };
    socket.onmessage = event => {
      if (this.socket !== socket) return;
      this.heard(socket);
      this.receive(JSON.parse(event.data));
    };
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.socket = null;
      clearTimeout(this.watch);
      this.become('lost');
      this.timer = setTimeout(() => this.connect(), this.waitMs * (0.5 + Math.random() / 2));
      this.waitMs = Math.min(2 * this.waitMs, LONGEST_WAIT_MS);
    };
  }

  /** Reconnects when the server has been silent for longer than its heartbeat takes. @param {WebSocket} socket */
  heard(socket) {
    clearTimeout(this.watch);
    this.watch = setTimeout(() => socket.close(4000, 'no heartbeat'), SILENCE_MS);
  }

  /** @param {string} id */
  ask(id) {
    const subscription = this.subscriptions.get(id);
    if (!subscription) return;
    const resume = subscription.position === null ? {} : { resume: subscription.position };
    this.send({ type: subscription.topic, id, ...resume, ...subscription.parameters });
  }

  /** @param {object} message */
  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** @param {any} message */
  receive(message) {
    const subscription = this.subscriptions.get(message.id);
    if (!subscription) return;
    this.messages++;
    if (message.type === 'error') {
      subscription.refused = message.ended;
      if (message.ended) subscription.position = null;
      return;
    }
    if (message.seq === undefined) return;
    subscription.position = `${message.stream}:${message.seq}`;
    if (message.type !== 'subscribed') subscription.receive(message);
  }
}
