package io.tracetide.processor.query.peer;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * The changes of one kind from one other instance: cuts the response into messages, which wait to
 * be taken. Messages that are not taken stop the reading, and with it the sender.
 */
final class IncomingFeed implements Subscriber<HttpObject> {
  private static final int MOST_WAITING_BYTES = 8 << 20;

  private final HttpResponse response;
  private final int maxBytes;
  private final ConcurrentLinkedQueue<byte[]> messages = new ConcurrentLinkedQueue<>();
  private final AtomicLong waitingBytes = new AtomicLong();
  private volatile boolean ended;
  private volatile boolean paused;
  private volatile @Nullable Subscription incoming;
  private byte[] partial = {};

  IncomingFeed(HttpResponse response, int maxBytes) {
    this.response = response;
    this.maxBytes = maxBytes;
  }

  void begin() {
    response.subscribe(this);
  }

  /** The next message; null when there is none yet. */
  byte @Nullable [] poll() {
    byte @Nullable [] message = messages.poll();
    if (message != null) {
      waitingBytes.addAndGet(-message.length);
    }
    if (paused && waitingBytes.get() < MOST_WAITING_BYTES / 2) {
      paused = false;
      next();
    }
    return message;
  }

  /** Whether nothing more will come. */
  boolean isEnded() {
    return ended && messages.isEmpty();
  }

  void close() {
    ended = true;
    response.abort();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    incoming = subscription;
    subscription.request(1);
  }

  @Override
  public void onNext(HttpObject part) {
    if (part instanceof ResponseHeaders headers && !headers.status().equals(HttpStatus.OK)) {
      close();
      return;
    }
    if (part instanceof HttpData data) {
      cut(data.array());
    }
    if (waitingBytes.get() > MOST_WAITING_BYTES) {
      paused = true;
    } else {
      next();
    }
  }

  private void next() {
    Subscription subscription = incoming;
    if (subscription != null && !ended) {
      subscription.request(1);
    }
  }

  private void cut(byte[] more) {
    byte[] all = Arrays.copyOf(partial, partial.length + more.length);
    System.arraycopy(more, 0, all, partial.length, more.length);
    int at = 0;
    while (all.length - at >= Integer.BYTES) {
      int length = ByteBuffer.wrap(all).getInt(at);
      if (length < 0 || length > maxBytes) {
        close();
        return;
      }
      if (all.length - at - Integer.BYTES < length) {
        break;
      }
      int from = at + Integer.BYTES;
      messages.add(Arrays.copyOfRange(all, from, from + length));
      waitingBytes.addAndGet(length);
      at = from + length;
    }
    partial = Arrays.copyOfRange(all, at, all.length);
  }

  @Override
  public void onError(Throwable failure) {
    ended = true;
  }

  @Override
  public void onComplete() {
    ended = true;
  }
}
