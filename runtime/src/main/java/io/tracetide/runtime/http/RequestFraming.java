package io.tracetide.runtime.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.linecorp.armeria.common.HttpStatus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Refuses HTTP/1 requests whose length or host is ambiguous, and closes their connection: a
 * Content-Length beside a Transfer-Encoding, two of either, two Host fields. A proxy may interpret
 * them differently, and its body would be a request here (request smuggling; RFC 9112, sections
 * 3.2, 6.1 and 6.3).
 *
 * <p>Netty's decoder silently drops the Content-Length of such a request, so this handler parses
 * the bytes before the decoder: line by line through a head, in one step over a body. Anything else
 * is left to the decoder.
 */
final class RequestFraming extends ChannelDuplexHandler {

  /** The part of a line that is examined: longer than any relevant value. */
  private static final int EXAMINED_CHARS = 64;

  private static final int MOST_LENGTH_DIGITS = 18;
  private static final int MOST_SIZE_DIGITS = 15;

  /**
   * Time for the client to read the response and close; unread bytes would reset the connection.
   */
  private static final long CLOSE_DELAY_MS = 250;

  private static final String HTTP2_PREFACE = "PRI * HTTP/2.0";
  private static final byte[] SWITCHED = "HTTP/1.1 101".getBytes(ISO_8859_1);

  private enum State {
    REQUEST_LINE,
    FIELDS,
    BODY,
    CHUNK_SIZE,
    CHUNK,
    TRAILERS,
    /** The rest is not HTTP/1, or cannot be parsed. */
    PASSED_ON,
    REFUSED
  }

  private final byte[] line = new byte[EXAMINED_CHARS];
  private State state = State.REQUEST_LINE;
  private int lineLength;
  private long remaining;
  private long contentLength;
  private int lengths;
  private int encodings;
  private int hosts;
  private boolean mayUpgrade;
  private String problem = "";
  private String target = "";

  private RequestFraming() {}

  /** Watches the requests of a connection after TLS. */
  static void watch(ChannelPipeline connection) {
    for (Map.Entry<String, ?> handler : connection) {
      if (handler.getValue() instanceof SslHandler
          || handler.getValue() instanceof AbstractSniHandler) {
        connection.addAfter(handler.getKey(), null, new RequestFraming());
        return;
      }
    }
    connection.addFirst(new RequestFraming());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    CurrentPeer.reading(ctx.channel());
    try {
      read(ctx, message);
    } finally {
      CurrentPeer.reading(null);
    }
  }

  private void read(ChannelHandlerContext ctx, Object message) {
    if (state == State.REFUSED && message instanceof ByteBuf rest) {
      rest.release();
      return;
    }
    if (state == State.PASSED_ON || !(message instanceof ByteBuf bytes)) {
      ctx.fireChannelRead(message);
      return;
    }
    int good = scan(bytes);
    CurrentPeer.requests(target);
    if (state != State.REFUSED) {
      ctx.fireChannelRead(bytes);
      return;
    }
    ByteBuf before = bytes.readRetainedSlice(good - bytes.readerIndex());
    bytes.release();
    ctx.fireChannelRead(before);
    refuse(ctx);
  }

  /**
   * Scans the received bytes; returns the position at which it ended, before a head that it
   * refuses.
   */
  private int scan(ByteBuf bytes) {
    int end = bytes.writerIndex();
    int at = bytes.readerIndex();
    int head = at;
    while (at < end && state != State.PASSED_ON) {
      if (state == State.BODY || state == State.CHUNK) {
        long skipped = Math.min(remaining, (long) end - at);
        at += (int) skipped;
        remaining -= skipped;
        if (remaining == 0) {
          state = state == State.BODY ? State.REQUEST_LINE : State.CHUNK_SIZE;
          head = at;
        }
        continue;
      }
      byte b = bytes.getByte(at);
      if (b == '\n') {
        endLine();
        if (state == State.REFUSED) {
          return head;
        }
        lineLength = 0;
        head = state == State.REQUEST_LINE ? at + 1 : head;
      } else if (lineLength < EXAMINED_CHARS) {
        line[lineLength++] = b;
      }
      at++;
    }
    return end;
  }

  private void endLine() {
    String text = new String(line, 0, lineLength, ISO_8859_1).stripTrailing();
    switch (state) {
      case REQUEST_LINE -> requestLine(text);
      case FIELDS -> field(text);
      case CHUNK_SIZE -> chunkSize(text);
      case TRAILERS -> state = text.isEmpty() ? State.REQUEST_LINE : State.TRAILERS;
      default -> throw new IllegalStateException("no lines are read while " + state);
    }
  }

  private void requestLine(String text) {
    if (text.startsWith(HTTP2_PREFACE)) {
      state = State.PASSED_ON;
    } else if (!text.isEmpty()) {
      state = State.FIELDS;
      contentLength = 0;
      lengths = 0;
      encodings = 0;
      hosts = 0;
      problem = "";
      String[] parts = text.split(" ", 3);
      target = parts.length > 1 ? parts[1] : "";
    }
  }

  private void field(String text) {
    if (text.isEmpty()) {
      endHead();
      return;
    }
    int colon = text.indexOf(':');
    String name = colon < 0 ? "" : text.substring(0, colon).strip();
    if (name.equalsIgnoreCase("host")) {
      hosts++;
    } else if (name.equalsIgnoreCase("content-length")) {
      lengths++;
      length(text.substring(colon + 1).strip());
    } else if (name.equalsIgnoreCase("transfer-encoding")) {
      encodings++;
      if (!text.substring(colon + 1).strip().equalsIgnoreCase("chunked")) {
        problem = "chunked is the only supported Transfer-Encoding";
      }
    } else if (name.equalsIgnoreCase("upgrade")) {
      mayUpgrade = true;
    }
  }

  private void length(String digits) {
    if (digits.isEmpty()
        || digits.length() > MOST_LENGTH_DIGITS
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      problem = "the Content-Length is not a number of bytes";
    } else {
      contentLength = Long.parseLong(digits);
    }
  }

  private void endHead() {
    if (lengths > 0 && encodings > 0) {
      problem = "the request has both a Content-Length and a Transfer-Encoding";
    } else if (lengths > 1 || encodings > 1) {
      problem = "the request has more than one Content-Length or Transfer-Encoding";
    } else if (hosts > 1) {
      problem = "the request has more than one Host";
    }
    if (!problem.isEmpty()) {
      state = State.REFUSED;
    } else if (encodings > 0) {
      state = State.CHUNK_SIZE;
    } else {
      remaining = contentLength;
      state = remaining > 0 ? State.BODY : State.REQUEST_LINE;
    }
  }

  private void chunkSize(String text) {
    if (text.isEmpty()) {
      return; // The empty line at the end of the previous chunk.
    }
    String digits = text.split("[; \\t]", 2)[0];
    try {
      remaining = digits.length() > MOST_SIZE_DIGITS ? -1 : Long.parseLong(digits, 16);
    } catch (NumberFormatException e) {
      remaining = -1;
    }
    if (remaining < 0) {
      state = State.PASSED_ON; // The decoder refuses it.
    } else {
      state = remaining == 0 ? State.TRAILERS : State.CHUNK;
    }
  }

  /** An upgraded connection carries another protocol. */
  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (mayUpgrade && message instanceof ByteBuf bytes && startsWith(bytes, SWITCHED)) {
      state = State.PASSED_ON;
    }
    if (state == State.REFUSED) {
      // No other response may mix with the refusal; earlier requests remain unanswered.
      ReferenceCountUtil.release(message);
      promise.trySuccess();
      return;
    }
    ChannelFuture unused = ctx.write(message, promise);
  }

  private static boolean startsWith(ByteBuf bytes, byte[] prefix) {
    if (bytes.readableBytes() < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (bytes.getByte(bytes.readerIndex() + i) != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private void refuse(ChannelHandlerContext ctx) {
    byte[] body =
        ProblemResponse.aggregated(
                HttpStatus.BAD_REQUEST, HttpStatus.BAD_REQUEST.reasonPhrase(), problem, Map.of())
            .content()
            .array();
    StringBuilder head = new StringBuilder(512).append("HTTP/1.1 400 Bad Request\r\n");
    for (Map.Entry<AsciiString, String> field : SecurityHeaders.ALL) {
      head.append(field.getKey()).append(": ").append(field.getValue()).append("\r\n");
    }
    head.append("content-type: application/problem+json\r\nconnection: close\r\ncontent-length: ")
        .append(body.length)
        .append("\r\n\r\n");
    ByteBuf answer = Unpooled.wrappedBuffer(head.toString().getBytes(ISO_8859_1), body);
    ChannelFuture written = ctx.writeAndFlush(answer);
    ScheduledFuture<?> closed =
        ctx.executor().schedule(() -> closeNow(ctx), CLOSE_DELAY_MS, TimeUnit.MILLISECONDS);
    // The client has closed first.
    written.channel().closeFuture().addListener(gone -> closed.cancel(false));
  }

  private static void closeNow(ChannelHandlerContext ctx) {
    ChannelFuture unused = ctx.close();
  }
}
