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
 * A body while it arrives: counted, and held within its limit and the room that there is. One that
 * is refused is read to its end all the same, and thrown away as it comes: a sender that is
 * answered while it still sends sees a broken call and not the answer. How much it may send for
 * that is bounded by the length of a request, and how long by its timeout.
 */
final class Body implements Subscriber<HttpObject> {

  private final int limit;
  private final InFlight.@Nullable Share room;
  private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
  private final List<HttpData> parts = new ArrayList<>();
  private int arrived;
  private @Nullable RefusedRequestException refusal;

  private Body(int limit, InFlight.@Nullable Share room) {
    this.limit = limit;
    this.room = room;
  }

  /**
   * Receives a body.
   *
   * @return fails with a {@link RefusedRequestException} when it is too large
   */
  static CompletableFuture<byte[]> receive(HttpRequest request, int limit, InFlight.Share room) {
    return subscribe(request, new Body(limit, room));
  }

  /** Reads a body that is of no interest; done when it has ended, in whatever way. */
  static CompletableFuture<Void> discard(HttpRequest request) {
    return subscribe(request, new Body(0, null)).handle((bytes, failure) -> null);
  }

  private static CompletableFuture<byte[]> subscribe(HttpRequest request, Body body) {
    request.subscribe(body, SubscriptionOption.WITH_POOLED_OBJECTS);
    return body.whole;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(HttpObject object) {
    if (!(object instanceof HttpData data)) {
      return; // Trailers say nothing of the body.
    }
    if (!hasRoomFor(data)) {
      data.close();
      return;
    }
    parts.add(data);
    arrived += data.length();
  }

  private boolean hasRoomFor(HttpData data) {
    if (refusal != null || room == null) {
      return false;
    }
    try {
      if (data.length() > limit - arrived) {
        throw new RefusedRequestException(
            RequestRefusal.TOO_LARGE, "the body has more than " + limit + " bytes");
      }
      room.claim(data.length());
      return true;
    } catch (RefusedRequestException e) {
      refusal = e;
      room.release(arrived);
      release();
      return false;
    }
  }

  @Override
  public void onComplete() {
    RefusedRequestException refused = refusal;
    if (refused != null) {
      whole.completeExceptionally(refused);
      return;
    }
    byte[] bytes = new byte[arrived];
    int at = 0;
    for (HttpData part : parts) {
      part.byteBuf().readBytes(bytes, at, part.length());
      at += part.length();
    }
    release();
    whole.complete(bytes);
  }

  @Override
  public void onError(Throwable failure) {
    release();
    RefusedRequestException refused = refusal;
    whole.completeExceptionally(refused == null ? failure : refused);
  }

  private void release() {
    parts.forEach(HttpData::close);
    parts.clear();
  }
}
