"""The office's own letters: receipt, return letter, hand-over list; from plain data to PDF.

They say no more of people than the letter needs: receipt and return letter name nobody, the list
names who gets what because somebody has to hand it out. Nobody signs them electronically.
"""

from jamila_pdf.letters.handover import HandOverList, HandOverRow, draw_hand_over_list
from jamila_pdf.letters.letterhead import Letterhead
from jamila_pdf.letters.receipt import Receipt, draw_receipt
from jamila_pdf.letters.returned import ReturnedPaper, ReturnLetter, draw_return_letter

__all__ = [
    "HandOverList",
    "HandOverRow",
    "Letterhead",
    "Receipt",
    "ReturnLetter",
    "ReturnedPaper",
    "draw_hand_over_list",
    "draw_receipt",
    "draw_return_letter",
]
