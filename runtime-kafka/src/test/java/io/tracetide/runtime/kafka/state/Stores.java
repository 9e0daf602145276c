package io.tracetide.runtime.kafka.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Databases such as Streams writes them, and ways to damage them. */
final class Stores {

  private Stores() {}

  /** A database with some blocks of data, flushed and closed. */
  static Path create(Path directory) throws IOException, RocksDBException {
    Files.createDirectories(directory);
    open(
        directory,
        (database, handles) -> {
          for (int i = 0; i < 5_000; i++) {
            database.put(
                handles.get(0), ("key-" + i).getBytes(UTF_8), ("value " + i).getBytes(UTF_8));
          }
          database.put(handles.get(1), "status".getBytes(UTF_8), bytes(0));
          database.put(handles.get(1), "position".getBytes(UTF_8), new byte[4]);
          database.put(handles.get(1), "app-windows-changelog-1".getBytes(UTF_8), bytes(4_999));
        });
    return directory;
  }

  /** Changes what Streams has noted of a store. */
  static void put(Path directory, String key, long value) throws RocksDBException {
    open(
        directory,
        (database, handles) -> database.put(handles.get(1), key.getBytes(UTF_8), bytes(value)));
  }

  static void delete(Path directory, String key) throws RocksDBException {
    open(directory, (database, handles) -> database.delete(handles.get(1), key.getBytes(UTF_8)));
  }

  private static byte[] bytes(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  private interface Change {
    void on(RocksDB database, List<ColumnFamilyHandle> handles) throws RocksDBException;
  }

  private static void open(Path directory, Change change) throws RocksDBException {
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (DBOptions options =
            new DBOptions().setCreateIfMissing(true).setCreateMissingColumnFamilies(true);
        RocksDB database =
            RocksDB.open(
                options,
                directory.toString(),
                List.of(
                    new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY),
                    new ColumnFamilyDescriptor("offsets".getBytes(UTF_8))),
                handles);
        FlushOptions flush = new FlushOptions()) {
      change.on(database, handles);
      database.flush(flush, handles);
      handles.forEach(ColumnFamilyHandle::close);
    }
  }

  /** The largest file whose name begins and ends so. */
  static Path file(Path directory, String start, String end) throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      return list.filter(
              path ->
                  path.getFileName().toString().startsWith(start)
                      && path.getFileName().toString().endsWith(end))
          .max(java.util.Comparator.comparingLong(path -> path.toFile().length()))
          .orElseThrow();
    }
  }

  /** Inverts 64 bytes. */
  static void flip(Path file, long at) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      byte[] some = new byte[64];
      bytes.seek(at);
      bytes.readFully(some);
      for (int i = 0; i < some.length; i++) {
        some[i] ^= (byte) 0xff;
      }
      bytes.seek(at);
      bytes.write(some);
    }
  }

  static void truncate(Path file, long to) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.setLength(to);
    }
  }
}
