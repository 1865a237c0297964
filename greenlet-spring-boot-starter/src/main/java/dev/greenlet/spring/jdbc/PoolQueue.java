package dev.greenlet.spring.jdbc;

import dev.greenlet.GreenletTask;
import dev.greenlet.Printable;
import dev.greenlet.Strand;
import dev.greenlet.WaitReason;
import dev.greenlet.sync.WaitGuard;
import dev.greenlet.sync.WaitLimit;
import dev.greenlet.sync.WaitNode;
import dev.greenlet.sync.WaitQueue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The order in which those that want a connection of a pool may have it.
 *
 * <p>The queue is first come, first served, and admits as many as its width. A borrower <em>goes
 * ahead</em> as long as its tree holds a connection of the pool, or a tree that may wait for it
 * does: a second connection, a child, a task that was started. The holder may wait for it, so it
 * neither waits behind those that wait for the holder, nor is it bound to the width.
 *
 * <p>Thread-safe.
 */
final class PoolQueue {

  /** One connection that is wanted, and then lent. */
  static final class Request {
    private final Strand strand = Strand.current();
    private final List<Object> trees = strand.trees();

    // guarded by the queue
    private final List<Tree> known = new ArrayList<>(trees.size()); // empty unless queued or lent
    private boolean ahead;
    private boolean left;
    private @Nullable String failure;

    Strand strand() {
      return strand;
    }

    /** Returns the borrower, and what it waits for. */
    String describe() {
      GreenletTask<?> greenlet = strand.greenlet();
      WaitReason reason = greenlet == null ? null : greenlet.waitingOn();
      return reason == null
          ? strand.toString()
          : "%s (in %s %s)".formatted(strand, reason.kind(), Printable.of(reason.detail()));
    }

    /** Whether the work of this borrower may be what the holder of a connection waits for. */
    boolean isAwaitedBy(Request holder) {
      return trees.contains(holder.tree());
    }

    private Object tree() {
      return trees.getFirst();
    }
  }

  /** How the wait of a borrower has ended. */
  sealed interface Turn {
    /** A connection is the borrower's. */
    enum Ended implements Turn {
      LENT,
      TIMED_OUT
    }

    /** The borrower would wait for itself. */
    record Refused(String message) implements Turn {}
  }

  /**
   * A moment at which all connections were lent, and borrowers that go ahead waited.
   *
   * @param lent the connections
   * @param waiting those that go ahead
   */
  record Shortage(List<Request> lent, List<Request> waiting) {}

  private final WaitGuard guard = new WaitGuard();
  private final Queue queue;

  // guarded; what is volatile is also read without the guard
  private final List<Request> lent = new ArrayList<>();
  private final Map<Object, Tree> trees = new HashMap<>();
  private final Set<WaitNode<Request>> ahead = new LinkedHashSet<>();
  private volatile boolean isShort;
  private volatile int maximum;
  private volatile int width;

  /**
   * Creates a queue before a pool all of whose connections are idle.
   *
   * @param reason what borrowers are shown to wait for
   */
  PoolQueue(WaitReason reason) {
    this.queue = new Queue(guard, reason);
  }

  /** The borrowers in the order of their coming, those that go ahead among them. */
  private final class Queue extends WaitQueue<Request> {
    Queue(WaitGuard guard, WaitReason reason) {
      super(guard, reason);
    }

    @Override
    protected void onLeave(WaitNode<Request> node) {
      Request request = node.value();
      if (request != null) {
        request.left = true;
        forget(node, request);
        lendWhatIsFree();
      }
    }
  }

  /** A tree of greenlets, as long as it has or awaits connections. Guarded. */
  private static final class Tree {
    final Object key;
    final Set<WaitNode<Request>> queued = new LinkedHashSet<>(2);
    int lent;
    int users; // requests that know it

    Tree(Object key) {
      this.key = key;
    }
  }

  /** Sets how many connections the pool has, and how many of them those in the queue may have. */
  void resize(int maximum, int width) {
    if (this.maximum == maximum && this.width == width) {
      return;
    }
    guard.lock();
    try {
      this.maximum = maximum;
      this.width = width;
      lendWhatIsFree();
    } finally {
      guard.unlock();
    }
  }

  /**
   * Waits for the caller's turn, unless it has come. A switch point if it waits.
   *
   * @param onWait called before the wait; if it fails, the caller has left
   * @throws InterruptedException if the caller is interrupted; it has left then
   * @throws dev.greenlet.GreenletExit if the caller is killed; it has left then
   */
  Turn enter(Request request, WaitLimit limit, Runnable onWait) throws InterruptedException {
    WaitNode<Request> node;
    guard.lock();
    try {
      if (enterNow(request)) {
        return Turn.Ended.LENT;
      }
      node = queue.join(request);
      if (!request.left) {
        note(node, request);
      }
    } finally {
      guard.unlock();
    }
    boolean waits = false;
    try {
      onWait.run();
      waits = true;
    } finally {
      if (!waits) {
        queue.leave(node);
        leave(request); // if it was served before
      }
    }
    if (!queue.await(node, limit)) {
      return Turn.Ended.TIMED_OUT;
    }
    String failure = request.failure;
    return failure == null ? Turn.Ended.LENT : new Turn.Refused(failure);
  }

  /** Gives back what was lent, if anything was. Any thread. */
  void leave(Request request) {
    guard.lock();
    try {
      if (lent.remove(request)) {
        request.known.getFirst().lent--;
        forgetTrees(request);
        lendWhatIsFree();
      }
    } finally {
      guard.unlock();
    }
  }

  /**
   * Ends the wait of a borrower.
   *
   * @return {@code false} if it does not wait any more
   */
  boolean refuse(Request request, String message) {
    guard.lock();
    try {
      for (WaitNode<Request> node : ahead) {
        if (node.value() == request) {
          request.failure = message;
          forget(node, request);
          return queue.grant(node);
        }
      }
      return false;
    } finally {
      guard.unlock();
    }
  }

  /** Returns how many wait. */
  int size() {
    return guard.call(queue::size);
  }

  /** Returns whether any of those that go ahead waits. Without the guard. */
  boolean isShort() {
    return isShort;
  }

  /** Returns the present shortage, if there is one. */
  @Nullable Shortage shortage() {
    guard.lock();
    try {
      return ahead.isEmpty() || lent.size() < maximum
          ? null
          : new Shortage(List.copyOf(lent), ahead.stream().map(WaitNode::value).toList());
    } finally {
      guard.unlock();
    }
  }

  // --- under the guard --------------------------------------------------------------------------

  private boolean enterNow(Request request) {
    request.ahead = goesAhead(request);
    boolean free =
        request.ahead
            ? lent.size() < maximum && ahead.isEmpty()
            : lent.size() < width && queue.size() == 0;
    if (free) {
      lend(request);
    }
    return free;
  }

  private boolean goesAhead(Request request) {
    for (Object key : request.trees) {
      Tree tree = trees.get(key);
      if (tree != null && tree.lent > 0) {
        return true;
      }
    }
    return false;
  }

  private void lendWhatIsFree() {
    for (WaitNode<Request> next = nextInTurn(); next != null; next = nextInTurn()) {
      Request request = next.value();
      if (request == null) {
        throw new AssertionError("a node without its request");
      }
      dequeue(next, request);
      if (queue.grant(next)) {
        lend(request);
      } else {
        forgetTrees(request);
      }
    }
  }

  private @Nullable WaitNode<Request> nextInTurn() {
    if (!ahead.isEmpty()) {
      return lent.size() < maximum ? ahead.iterator().next() : null;
    }
    return lent.size() < width ? queue.first() : null;
  }

  private void lend(Request request) {
    knowTrees(request);
    lent.add(request);
    Tree own = request.known.getFirst();
    own.lent++;
    if (own.lent == 1 && !own.queued.isEmpty()) {
      ahead.addAll(own.queued);
      isShort = true;
    }
  }

  private void note(WaitNode<Request> node, Request request) {
    knowTrees(request);
    for (Tree tree : request.known) {
      tree.queued.add(node);
    }
    if (request.ahead) {
      ahead.add(node);
      isShort = true;
    }
  }

  private void forget(WaitNode<Request> node, Request request) {
    dequeue(node, request);
    forgetTrees(request);
  }

  private void dequeue(WaitNode<Request> node, Request request) {
    if (!ahead.isEmpty()) {
      ahead.remove(node);
      isShort = !ahead.isEmpty();
    }
    for (Tree tree : request.known) {
      tree.queued.remove(node);
    }
  }

  private void knowTrees(Request request) {
    if (request.known.isEmpty()) {
      for (Object key : request.trees) {
        Tree tree = trees.computeIfAbsent(key, Tree::new);
        tree.users++;
        request.known.add(tree);
      }
    }
  }

  private void forgetTrees(Request request) {
    for (Tree tree : request.known) {
      if (--tree.users == 0) {
        trees.remove(tree.key);
      }
    }
    request.known.clear();
  }
}
