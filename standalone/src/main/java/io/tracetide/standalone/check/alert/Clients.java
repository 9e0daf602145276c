package io.tracetide.standalone.check.alert;

import java.util.ArrayList;
import java.util.List;

/** Clients that send at the same time, each in a thread of its own. */
final class Clients {

  /** What a client does. */
  interface Client {

    /**
     * Sends all that this client has to send.
     *
     * @param number of the client, from 0
     */
    void send(int number) throws InterruptedException;
  }

  private Clients() {}

  /** Runs clients until all have ended. */
  static void run(String name, int count, Client client) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      Thread thread =
          new Thread(
              () -> {
                try {
                  client.send(number);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              },
              name + "-" + number);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
