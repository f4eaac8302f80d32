"""A USB printer without a device node, through pyusb: endpoints are read from the device, the kernel gets it back."""

from __future__ import annotations

import contextlib
import errno
import time
from typing import Any

from psc_desk.devices.channels import GONE, STALLED, ChannelError

_PRINTER_CLASS = 7


class UsbChannel:
    """A USB printer found by vendor and product number and, where there are several, its serial number."""

    can_read = True

    def __init__(self, vendor: int, product: int, serial: str = "") -> None:
        self.vendor, self.product, self.serial = vendor, product, serial
        self._device: Any = None
        self._interface = 0
        self._out: Any = None
        self._in: Any = None
        self._detached = False

    def open(self, timeout: float) -> None:
        """Find the printer and claim its printing interface; looked for anew each time, so that a replug is found."""
        import usb.core

        self.close()
        try:
            self._device = self._find()
            if self._device is None:
                raise ChannelError("The USB receipt printer is not there. Check that it is on and plugged in.")
            self._claim()
        except (usb.core.USBError, usb.core.NoBackendError, ValueError) as error:
            self.close()
            raise ChannelError(_words(error, f"{self.vendor:04x}:{self.product:04x}")) from error
        except ChannelError:
            self.close()
            raise

    def _find(self) -> Any:
        import usb.core

        found = usb.core.find(find_all=True, idVendor=self.vendor, idProduct=self.product)
        return next((one for one in found if not self.serial or one.serial_number == self.serial), None)

    def _claim(self) -> None:
        import usb.util

        configuration = self._device.get_active_configuration()
        interface = next((one for one in configuration if one.bInterfaceClass == _PRINTER_CLASS), None)
        if interface is None:
            raise ChannelError("The USB device at this address is not a printer. Check its numbers in Settings.")
        self._interface = interface.bInterfaceNumber
        with contextlib.suppress(NotImplementedError):
            if self._device.is_kernel_driver_active(self._interface):
                self._device.detach_kernel_driver(self._interface)
                self._detached = True
        usb.util.claim_interface(self._device, self._interface)
        self._out = _endpoint(interface, usb.util.ENDPOINT_OUT)
        self._in = _endpoint(interface, usb.util.ENDPOINT_IN)
        self.can_read = self._in is not None

    def port_status(self) -> int | None:
        """Return the printer class's port status (0x20: out of paper, 0x08: no error), None when it does not say."""
        import usb.core

        try:
            answer = self._device.ctrl_transfer(0xA1, 1, 0, self._interface, 1, 1000)
        except usb.core.USBError:
            return None
        return int(answer[0]) if len(answer) else None

    def write(self, data: bytes, timeout: float) -> None:
        """Write all of `data`, whose rest follows when libusb took a part; a failed write counts as taken whole."""
        import usb.core

        if self._out is None:
            raise ChannelError(GONE)
        until = time.monotonic() + timeout
        sent = 0
        try:
            while sent < len(data):
                taken = self._out.write(data[sent:], _milliseconds(until - time.monotonic()))
                sent += taken
                if sent < len(data) and (not taken or time.monotonic() >= until):
                    raise ChannelError(STALLED, len(data))
        except usb.core.USBTimeoutError as error:
            raise ChannelError(STALLED, len(data)) from error
        except usb.core.USBError as error:
            raise ChannelError(GONE, len(data)) from error

    def read(self, timeout: float) -> bytes:
        """Return what has come."""
        import usb.core

        if self._in is None:
            return b""
        try:
            # libusb refuses a packet that is longer than the room for it
            return bytes(self._in.read(self._in.wMaxPacketSize, _milliseconds(timeout)))
        except usb.core.USBTimeoutError:
            return b""
        except usb.core.USBError as error:
            raise ChannelError(GONE) from error

    def close(self) -> None:
        """Release the printer and give it back to the operating system."""
        if self._device is None:
            return
        import usb.core
        import usb.util

        with contextlib.suppress(usb.core.USBError, NotImplementedError):
            usb.util.release_interface(self._device, self._interface)
            if self._detached:
                self._device.attach_kernel_driver(self._interface)
        usb.util.dispose_resources(self._device)
        self._device = self._out = self._in = None
        self._detached = False


def _milliseconds(seconds: float) -> int:
    """Return at least one: libusb takes 0 for "wait for ever"."""
    return max(int(seconds * 1000), 1)


def _endpoint(interface: Any, direction: int) -> Any:
    import usb.util

    return usb.util.find_descriptor(
        interface, custom_match=lambda point: usb.util.endpoint_direction(point.bEndpointAddress) == direction
    )


def _words(error: Exception, numbers: str) -> str:
    """Say what libusb's error means: errno 13 is a missing right, 16 another owner, none at all a missing library."""
    number = getattr(error, "errno", None)
    if number == errno.EACCES or "langid" in str(error):
        return f"This computer does not let you use the USB receipt printer. Run {_rule(numbers)} and plug it in again."
    if number == errno.EBUSY:
        return (
            "The USB receipt printer is used by another program, perhaps the computer's own print system. Close it, or "
            "choose the printer's queue in Settings."
        )
    if number == errno.ENODEV:
        return "The USB receipt printer is not there. Check that it is on and plugged in."
    if number is None:
        return "This computer lacks libusb, which reaches USB printers. Install it, or use another address."
    return "The USB receipt printer cannot be used. Close other programs that print to it and check your rights."


def _rule(numbers: str) -> str:
    """Return the command that lets whoever sits at the computer use the printer."""
    vendor, product = numbers.split(":")
    rule = f'SUBSYSTEM=="usb", ATTR{{idVendor}}=="{vendor}", ATTR{{idProduct}}=="{product}", TAG+="uaccess"'
    return f"echo '{rule}' | sudo tee /etc/udev/rules.d/70-psc-desk-printer.rules"
