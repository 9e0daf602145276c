package io.tracetide.gateway.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.stream.SubscriptionOption;
import io.tracetide.gateway.record.InFlight;
import io.tracetide.gateway.record.RefusedRequestException;
import io.tracetide.gateway.record.RequestRefusal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Receives a body within its size limit and the limit of bytes in flight. A refused body is read to
 * its end and discarded, because a client that gets a response while it is still sending reports a
 * broken connection. The server's request length and timeout bound this.
 */
final class BodySubscriber implements Subscriber<HttpObject> {

  private final int limit;
  private final InFlight.@Nullable Share room;
  private final CompletableFuture<byte[]> bytes = new CompletableFuture<>();
  private final List<HttpData> parts = new ArrayList<>();
  private int received;
  private @Nullable RefusedRequestException refusal;

  private BodySubscriber(int limit, InFlight.@Nullable Share room) {
    this.limit = limit;
    this.room = room;
  }

  /**
   * Receives a body.
   *
   * @return fails with a {@link RefusedRequestException} when it is too large
   */
  static CompletableFuture<byte[]> receive(HttpRequest request, int limit, InFlight.Share room) {
    return subscribe(request, new BodySubscriber(limit, room));
  }

  /** Reads and discards a body; completes at its end, also after a failure. */
  static CompletableFuture<Void> discard(HttpRequest request) {
    return subscribe(request, new BodySubscriber(0, null)).handle((bytes, failure) -> null);
  }

  private static CompletableFuture<byte[]> subscribe(HttpRequest request, BodySubscriber body) {
    request.subscribe(body, SubscriptionOption.WITH_POOLED_OBJECTS);
    return body.bytes;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(HttpObject object) {
    if (!(object instanceof HttpData data)) {
      return; // Trailers.
    }
    if (!hasRoomFor(data)) {
      data.close();
      return;
    }
    parts.add(data);
    received += data.length();
  }

  private boolean hasRoomFor(HttpData data) {
    if (refusal != null || room == null) {
      return false;
    }
    try {
      if (data.length() > limit - received) {
        throw new RefusedRequestException(
            RequestRefusal.TOO_LARGE, "the body has more than " + limit + " bytes");
      }
      room.claim(data.length());
      return true;
    } catch (RefusedRequestException e) {
      refusal = e;
      room.release(received);
      release();
      return false;
    }
  }

  @Override
  public void onComplete() {
    RefusedRequestException refused = refusal;
    if (refused != null) {
      bytes.completeExceptionally(refused);
      return;
    }
    byte[] whole = new byte[received];
    int at = 0;
    for (HttpData part : parts) {
      part.byteBuf().readBytes(whole, at, part.length());
      at += part.length();
    }
    release();
    bytes.complete(whole);
  }

  @Override
  public void onError(Throwable failure) {
    release();
    RefusedRequestException refused = refusal;
    bytes.completeExceptionally(refused == null ? failure : refused);
  }

  private void release() {
    parts.forEach(HttpData::close);
    parts.clear();
  }
}
