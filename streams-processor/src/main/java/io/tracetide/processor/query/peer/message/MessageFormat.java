package io.tracetide.processor.query.peer.message;

import io.tracetide.processor.window.WindowStatsCodec;
import io.tracetide.schemas.peer.AnomaliesRequest;
import io.tracetide.schemas.peer.AnomaliesResponse;
import io.tracetide.schemas.peer.ChangesBatch;
import io.tracetide.schemas.peer.ChangesRequest;
import io.tracetide.schemas.peer.InstanceRequest;
import io.tracetide.schemas.peer.InstanceResponse;
import io.tracetide.schemas.peer.ProgressRequest;
import io.tracetide.schemas.peer.ProgressResponse;
import io.tracetide.schemas.peer.TraceCountsRequest;
import io.tracetide.schemas.peer.TraceCountsResponse;
import io.tracetide.schemas.peer.TraceRequest;
import io.tracetide.schemas.peer.TraceResponse;
import io.tracetide.schemas.peer.TracesRequest;
import io.tracetide.schemas.peer.TracesResponse;
import io.tracetide.schemas.peer.WindowsHeader;
import io.tracetide.schemas.peer.WindowsRequest;
import io.tracetide.schemas.serde.BareAvro;
import io.tracetide.schemas.serde.MalformedRecordException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.apache.avro.specific.SpecificRecord;

/**
 * One kind of message between instances: a header of ten bytes and an Avro record, which more
 * records may follow. The header has three bytes that mark a message, the version of the messages,
 * the version of the window statistics in them, the kind, and the CRC-32C of everything else.
 *
 * <p>Versions are not negotiated: instances of different versions cannot read each other's messages
 * and report {@link PeerFailure#OTHER_FORMAT}. The received bytes are not trusted: reading them
 * ends with a record or a {@link MalformedMessageException}, and allocates in proportion to their
 * number.
 *
 * @param <T> the first record; its first field is the partition that the message is about, if it is
 *     about one
 */
public final class MessageFormat<T extends SpecificRecord> {
  /** To be incremented with every change of a schema in {@code peer-message.avdl}. */
  static final byte VERSION = 7;

  static final int HEADER_BYTES = 10;

  private static final byte[] MARK = {'T', 't', 'q'};
  private static final int VERSION_AT = 3;
  private static final int STATS_VERSION_AT = 4;
  private static final int KIND_AT = 5;
  private static final int CHECKSUM_AT = 6;
  private static final int MAX_REQUEST_BYTES = 1 << 20;

  public static final MessageFormat<WindowsRequest> WINDOWS_REQUEST =
      new MessageFormat<>('W', WindowsRequest.class);
  static final MessageFormat<WindowsHeader> WINDOWS_RESPONSE =
      new MessageFormat<>('w', WindowsHeader.class);
  public static final MessageFormat<AnomaliesRequest> ANOMALIES_REQUEST =
      new MessageFormat<>('A', AnomaliesRequest.class);
  static final MessageFormat<AnomaliesResponse> ANOMALIES_RESPONSE =
      new MessageFormat<>('a', AnomaliesResponse.class);
  public static final MessageFormat<ProgressRequest> PROGRESS_REQUEST =
      new MessageFormat<>('P', ProgressRequest.class);
  static final MessageFormat<ProgressResponse> PROGRESS_RESPONSE =
      new MessageFormat<>('p', ProgressResponse.class);
  public static final MessageFormat<InstanceRequest> INSTANCE_REQUEST =
      new MessageFormat<>('I', InstanceRequest.class);
  static final MessageFormat<InstanceResponse> INSTANCE_RESPONSE =
      new MessageFormat<>('i', InstanceResponse.class);
  public static final MessageFormat<TraceRequest> TRACE_REQUEST =
      new MessageFormat<>('F', TraceRequest.class);
  public static final MessageFormat<TraceResponse> TRACE_RESPONSE =
      new MessageFormat<>('f', TraceResponse.class);
  public static final MessageFormat<TracesRequest> TRACES_REQUEST =
      new MessageFormat<>('T', TracesRequest.class);
  public static final MessageFormat<TracesResponse> TRACES_RESPONSE =
      new MessageFormat<>('t', TracesResponse.class);
  public static final MessageFormat<TraceCountsRequest> TRACE_COUNTS_REQUEST =
      new MessageFormat<>('C', TraceCountsRequest.class);
  public static final MessageFormat<TraceCountsResponse> TRACE_COUNTS_RESPONSE =
      new MessageFormat<>('c', TraceCountsResponse.class);

  public static final MessageFormat<ChangesRequest> CHANGES_REQUEST =
      new MessageFormat<>('L', ChangesRequest.class);
  public static final MessageFormat<ChangesBatch> CHANGES_BATCH =
      new MessageFormat<>('l', ChangesBatch.class);

  private final byte kind;
  private final BareAvro<T> record;

  private MessageFormat(char kind, Class<T> type) {
    this.kind = (byte) kind;
    this.record = new BareAvro<>(type);
  }

  /** The message of a request. */
  public byte[] encode(T request) {
    return encode(request, MAX_REQUEST_BYTES);
  }

  /**
   * The message.
   *
   * @throws MessageTooLargeException if it has more bytes than {@code limit}
   */
  public byte[] encode(T message, int limit) {
    return write(message, limit).finish();
  }

  /**
   * The record of a message.
   *
   * @throws MalformedMessageException if the bytes are not such a message of this version
   */
  public T decode(byte[] message) {
    Input in = new Input(message, kind);
    T value = in.read(record);
    in.finish();
    return value;
  }

  /**
   * The record of a message about that partition.
   *
   * @throws MalformedMessageException if the bytes are not such a message of this version
   */
  public T decode(byte[] message, int partition) {
    return checked(decode(message), partition);
  }

  /** Begins a message of several records. */
  Output write(T first, int limit) {
    Output out = new Output(kind, limit);
    out.write(record, first);
    return out;
  }

  /** Checks a message of several records, which has to be about that partition, and its first. */
  Input read(byte[] message, int partition) {
    Input in = new Input(message, kind);
    checked(in.read(record), partition);
    return in;
  }

  private T checked(T value, int partition) {
    Object about = value.get(0);
    if (!about.equals(partition)) {
      throw MalformedMessageException.garbled(
          "partition %d was requested, not %s".formatted(partition, about));
    }
    return value;
  }

  private static int checksum(byte[] message, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(message, 0, CHECKSUM_AT);
    checksum.update(message, HEADER_BYTES, length - HEADER_BYTES);
    return (int) checksum.getValue();
  }

  /** A message that is being written. */
  static final class Output {
    private final LimitedBytes bytes;
    private final BareAvro.Output records;

    private Output(byte kind, int limit) {
      bytes = new LimitedBytes(limit);
      bytes.write(MARK, 0, MARK.length);
      bytes.write(VERSION);
      bytes.write(WindowStatsCodec.FORMAT);
      bytes.write(kind);
      bytes.write(new byte[HEADER_BYTES - CHECKSUM_AT], 0, HEADER_BYTES - CHECKSUM_AT);
      records = new BareAvro.Output(bytes);
    }

    <R extends SpecificRecord> void write(BareAvro<R> format, R value) {
      records.write(format, value);
    }

    byte[] finish() {
      byte[] message = bytes.toByteArray();
      ByteBuffer.wrap(message).putInt(CHECKSUM_AT, checksum(message, message.length));
      return message;
    }
  }

  /** A message that is being read. */
  static final class Input {
    private final BareAvro.Input records;

    private Input(byte[] message, byte kind) {
      checkVersions(message);
      if (ByteBuffer.wrap(message).getInt(CHECKSUM_AT) != checksum(message, message.length)) {
        throw MalformedMessageException.garbled("the checksum is wrong");
      }
      if (message[KIND_AT] != kind) {
        throw MalformedMessageException.garbled(
            "a message of kind %c, not %c".formatted(message[KIND_AT], kind));
      }
      records = new BareAvro.Input(message, HEADER_BYTES);
    }

    private static void checkVersions(byte[] message) {
      if (message.length < HEADER_BYTES
          || !Arrays.equals(message, 0, MARK.length, MARK, 0, MARK.length)) {
        throw MalformedMessageException.garbled("not a message");
      }
      if (message[VERSION_AT] != VERSION) {
        throw MalformedMessageException.otherFormat(
            "messages of version %d, not %d".formatted(message[VERSION_AT], VERSION));
      }
      if (message[STATS_VERSION_AT] != WindowStatsCodec.FORMAT) {
        throw MalformedMessageException.otherFormat(
            "window statistics of version %d, not %d"
                .formatted(message[STATS_VERSION_AT], WindowStatsCodec.FORMAT));
      }
    }

    <R extends SpecificRecord> R read(BareAvro<R> format) {
      try {
        return records.read(format);
      } catch (MalformedRecordException e) {
        throw MalformedMessageException.garbled(String.valueOf(e.getMessage()));
      }
    }

    /** Checks that nothing follows. */
    void finish() {
      if (records.remainingBytes() > 0) {
        throw MalformedMessageException.garbled(
            "%d bytes too many".formatted(records.remainingBytes()));
      }
    }
  }

  private static final class LimitedBytes extends ByteArrayOutputStream {
    private final int limit;

    LimitedBytes(int limit) {
      super(1_024);
      this.limit = limit;
    }

    @Override
    public synchronized void write(int value) {
      reserve(1);
      super.write(value);
    }

    @Override
    public synchronized void write(byte[] source, int from, int length) {
      reserve(length);
      super.write(source, from, length);
    }

    private void reserve(int more) {
      if ((long) count + more > limit) {
        throw new MessageTooLargeException(limit);
      }
    }
  }
}
